import { SchemaCatalog } from '../machinery/schema/catalog.ts';
import { FACTS_MODULES } from './generated/facts/index.ts';

/** The generated facts of every built-in type. */
export const schemas = new SchemaCatalog(FACTS_MODULES);

/** Finds a built-in type by its OpenAPI definition name, `io.k8s.api.core.v1.Pod`. */
export const lookupSchema = schemas.lookup;
