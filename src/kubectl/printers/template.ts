// `-o go-template=...`.

import { applyGoTemplate, ExecuteError, parseGoTemplate, TemplateError } from '../../../sandbox/kube/go/gotemplate.ts';
import { goJson, goString, quote } from '../../../sandbox/kube/go/text.ts';
import { type ObjectPrinter, PrintError } from './printer.ts';

/** Throws when the template can't be read. */
export function goTemplatePrinter(text: string, allowMissingKeys: boolean): ObjectPrinter {
  const template = parsed(text);
  return {
    print(object, event) {
      const data = event === undefined ? object : { object, type: event };
      try {
        return applyGoTemplate(template, data, !allowMissingKeys);
      } catch (error) {
        if (!(error instanceof ExecuteError)) throw error;
        const advice =
          `Error executing template: ${error.message}. Printing more information for debugging the template:\n` +
          `\ttemplate was:\n\t\t${text}\n\traw data was:\n\t\t${goJson(data, 'sorted')}\n` +
          `\tobject given to template engine was:\n\t\t${goString(data)}\n\n`;
        throw new PrintError(error.printed + advice, `error executing template ${quote(text)}: ${error.message}`);
      }
    },
  };
}

function parsed(text: string): ReturnType<typeof parseGoTemplate> {
  try {
    return parseGoTemplate('output', text);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new Error(`error parsing template ${text}, ${error.message}\n`);
  }
}
