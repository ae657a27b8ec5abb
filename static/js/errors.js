// A refused form is read out from its summary.
export function start(page) {
  page.querySelector(".error-summary").focus();
}
