import staka = require('staka');

export async function main(): Promise<string[]> {
  const handle: staka.Staka = await staka.Staka.connect('mysql://localhost/staka');
  const rows: staka.TarifOffer[] = await handle.tarifs.listActive();
  const role: staka.Role = staka.Role.CORRECTOR;
  return [role, ...rows.map(({ nom }) => nom)];
}
