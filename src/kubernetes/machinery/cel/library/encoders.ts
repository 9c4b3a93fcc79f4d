/** `base64.encode` and `base64.decode`. Not part of Kubernetes. */

import { base64Fault, base64OfBytes, bytesOfBase64 } from '../../codec/base64.ts';
import { defineFunction, type Library, overload } from '../types/declarations.ts';
import { bytesType, stringType } from '../types/type.ts';
import { CelError } from '../values/errors.ts';

function decode(text: string): Uint8Array {
  const padded = text.padEnd(Math.ceil(text.length / 4) * 4, '=');
  const fault = base64Fault(padded);
  if (fault >= 0) throw new CelError(`illegal base64 data at input byte ${fault}`);
  return bytesOfBase64(padded);
}

export const encodersLibrary: Library = {
  name: 'cel.lib.ext.encoders',
  functions: [
    defineFunction('base64.decode', overload('base64_decode_string', [stringType], bytesType, decode)),
    defineFunction('base64.encode', overload('base64_encode_bytes', [bytesType], stringType, base64OfBytes)),
  ],
};
