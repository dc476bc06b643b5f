/** Legal forms: the part of a company's name that says how it is incorporated, and nothing about which company it is. */

/** As folded, separators apart: `S.à r.l.` comes as `sarl`. Those that are also common words of names are left out. */
const FORMS: ReadonlySet<string> = new Set([
  // German
  ..."ag gmbh ggmbh gesmbh mbh ug haftungsbeschrankt haftungsbeschraenkt kg kgaa ohg gbr eg ev ek partg partgmbb aktiengesellschaft".split(
    " ",
  ),
  "gesellschaft mit beschrankter haftung",
  "gesellschaft mit beschraenkter haftung",
  // English
  ..."inc incorporated corp corporation co company ltd limited llc llp lllp lp plc pllc pc pbc ulc pty proprietary pvt pte cic".split(
    " ",
  ),
  "public limited company",
  "private limited",
  "limited liability company",
  "limited partnership",
  // French, Italian, Spanish, Portuguese
  ..."sa sas sasu sarl eurl snc sca scop spa srl srls sapa sl slu slne sau sc lda ltda limitada eireli saa sac sapi cie".split(
    " ",
  ),
  "societe anonyme",
  "sociedad anonima",
  "sociedade anonima",
  "societa per azioni",
  "sociedad limitada",
  "sa de cv",
  "sapi de cv",
  "sab de cv",
  "s de rl de cv",
  "s de rl",
  // Dutch, Belgian, Nordic, Baltic
  ..."bv nv vof cv bvba sprl vzw asbl ab abp aktiebolag oy oyj osakeyhtio as asa aps ivs ehf ou uab sia".split(
    " ",
  ),
  "naamloze vennootschap",
  "besloten vennootschap",
  // Central and eastern Europe
  ..."spzoo spk sro spol zrt nyrt kft bt doo ad eood ood ooo zao oao pao jsc ооо зао оао пао тов ао".split(
    " ",
  ),
  "sp zoo",
  "spolka zoo",
  "spol sro",
  "spolka akcyjna",
  // Turkish, Asian
  ..."as sti ltdsti kk gk bhd sdn tbk pt 株 有 주".split(" "),
  "kabushiki kaisha",
  "godo kaisha",
  "kabushikigaisha",
  // European
  ..."se scrl".split(" "),
]);
/** Forms that stand before the name. `SAS` and `SE` are not among them: there are companies called so. */
const LEADING: ReadonlySet<string> = new Set("pt ooo zao oao pao ооо зао оао пао ао тов 株 有 주".split(" "));
const LONGEST_FORM = Math.max(...[...FORMS].map((form) => form.split(" ").length));

/** In scripts that leave no space between form and name. */
const UNSPACED =
  /^(?:株式会社|有限会社|合同会社|주식회사)|(?:株式会社|有限会社|合同会社|주식회사|股份有限公司|有限责任公司|有限公司)$/gu;

/** Takes forms off that are written together with the name. Throws nothing. */
export function withoutUnspacedForm(name: string): string {
  const rest = name.trim().replaceAll(UNSPACED, "").trim();
  return rest === "" ? name : rest;
}

/** Takes legal forms off both ends, as many as there are: `gmbh co kg`. A name that is nothing else stays. Throws nothing. */
export function withoutLegalForm(tokens: readonly string[]): readonly string[] {
  let [from, to] = [0, tokens.length];
  for (let form = formBefore(tokens, to); form > 0; form = formBefore(tokens, to)) to -= form;
  while (to - from > 1 && LEADING.has(tokens[from] ?? "")) from += 1;
  return tokens.slice(from, to);
}

/** How many tokens up to `to` are one legal form; 0 when none are, or when nothing would be left. */
function formBefore(tokens: readonly string[], to: number): number {
  for (let count = Math.min(LONGEST_FORM, to - 1); count > 0; count -= 1) {
    if (FORMS.has(tokens.slice(to - count, to).join(" "))) return count;
  }
  return 0;
}
