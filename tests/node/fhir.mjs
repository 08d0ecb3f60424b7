// Checks FHIR bundles by the rules of R4 itself: a bundle a line as JSON, answered by a line with what is wrong with it.
import { createInterface } from 'node:readline';
import fhirjs from 'fhir';

const checker = new fhirjs.Fhir();

for await (const line of createInterface({ input: process.stdin })) {
  const { valid, messages } = checker.validate(JSON.parse(line), { errorOnUnexpected: true });
  const wrong = messages.filter((one) => one.severity === 'error' || one.severity === 'fatal');
  const told = wrong.map((one) => `${one.location}: ${one.message}`);
  process.stdout.write(`${JSON.stringify(valid ? told : [...told, 'not valid'])}\n`);
}
