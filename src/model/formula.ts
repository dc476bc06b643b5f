/** What a spreadsheet takes for a formula when it opens a file of somebody else's text. */

/** Signs a formula may begin with, the wide ones of East Asian keyboards too. For use within a character class. */
export const FORMULA_SIGNS = String.raw`=+\-@＝＋－＠`;
