/** Kinds of field faults, upstream's words (k8s.io/apimachinery/pkg/util/validation/field). */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** One fault of an object. `message` is what follows the field in the Status cause. */
export interface FieldError {
  type: FieldErrorType;
  /** Dotted path, `spec.containers[0].image`. */
  field: string;
  /** Without the field: `Invalid value: "x": must be ...`. */
  message: string;
}
