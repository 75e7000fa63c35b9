/** Validates the results of MCP tools against the schemas of their server, within a time limit. */

import type { jsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js';
import { messageOf } from '../../lib/error.js';
import { runWithinLimit } from '../../lib/limited-call.js';

/** The SDK's validator; a `pattern` of a server cannot occupy the thread. */
export async function createOutputValidator(): Promise<jsonSchemaValidator> {
  const { AjvJsonSchemaValidator } = await import('@modelcontextprotocol/sdk/validation/ajv-provider.js');
  const validator = new AjvJsonSchemaValidator();
  return {
    getValidator<T>(schema: Parameters<jsonSchemaValidator['getValidator']>[0]) {
      const validate = validator.getValidator<T>(schema);
      return (input) => {
        try {
          return runWithinLimit('The validation of the result', () => validate(input));
        } catch (cause) {
          return { valid: false, data: undefined, errorMessage: messageOf(cause) };
        }
      };
    },
  };
}
