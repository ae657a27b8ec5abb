// Choosing rows: one box for the page, with live count and sum.
export function start(page) {
  page.querySelectorAll("table[data-select]").forEach(prepare);
}

function prepare(table) {
  const all = table.querySelector("[data-check-all]");
  const boxes = [...table.querySelectorAll("tbody .cell--check input:not(:disabled)")];
  const scope = table.closest("form") ?? document;
  const refresh = () => show(scope, all, boxes);
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      boxes.forEach((box) => { box.checked = all.checked; });
      refresh();
    });
  }
  table.addEventListener("change", refresh);
  refresh();
}

function show(scope, all, boxes) {
  const picked = boxes.filter((box) => box.checked);
  if (all) {
    all.checked = picked.length > 0 && picked.length === boxes.length;
    all.indeterminate = picked.length > 0 && picked.length < boxes.length;
  }
  const line = scope.querySelector("[data-picked]");
  if (!line) return;
  const yen = picked.reduce((sum, box) => sum + Number(box.dataset.amount ?? 0), 0);
  line.hidden = false;
  line.querySelector("[data-picked-count]").textContent = picked.length.toLocaleString("ja-JP");
  line.querySelector("[data-picked-sum]").textContent = yen.toLocaleString("ja-JP");
}
