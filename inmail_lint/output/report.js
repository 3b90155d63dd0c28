
(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Marks and findings: pointing at one lights the other; a click on marked words goes to what is said of them.
  let lit = [];
  const light = (from) => {
    lit.forEach((element) => element.classList.remove("lit"));
    lit = [];
    const holder = from.closest("[data-to]") || document.activeElement.closest("[data-to]");
    if (!holder) return;
    const wanted = new Set(holder.dataset.to.split(" "));
    const within = holder.closest("article") || document;
    lit = all("[data-to]", within).filter((element) => element.dataset.to.split(" ").some((id) => wanted.has(id)));
    lit.forEach((element) => element.classList.add("lit"));
  };
  const reach = (id) => {
    const target = document.getElementById(id);
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (location.hash !== `#${id}`) location.hash = id;
    target.scrollIntoView({ block: "nearest" });
    target.focus({ preventScroll: true });
  };
  document.addEventListener("mouseover", (event) => light(event.target));
  document.addEventListener("focusin", (event) => light(event.target));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) {
      event.preventDefault();
      reach(decodeURIComponent(link.hash.slice(1)));
      return;
    }
    const mark = event.target.closest(".bubble [data-to]");
    if (mark && getSelection().isCollapsed) reach(mark.dataset.to.split(" ")[0]);
  });
  if (location.hash) reach(decodeURIComponent(location.hash.slice(1)));

  // On paper nothing can be unfolded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    folded.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((fold) => { fold.open = false; }));

  // The table of drafts: sorted by a press on a head, sifted by verdict and words.
  const table = document.querySelector("table.drafts");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, column, kind) => {
    const cell = row.cells[column];
    return kind === "text" ? cell.textContent.trim() : Number(cell.dataset.value);
  };
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
  const sort = (column) => {
    const head = heads[column];
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const sign = down ? -1 : 1;
    const kind = head.dataset.kind;
    const keyed = rows.map((row, place) => ({ row, place, key: value(row, column, kind) }));
    keyed.sort((a, b) => sign * (kind === "text" ? collator.compare(a.key, b.key) : a.key - b.key) || a.place - b.place);
    body.append(...keyed.map((entry) => entry.row));
    table.caption.hidden = true; // it names the order the page came in
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(column));
    head.append(button);
  });

  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\s+/g, " ").toLowerCase();
  const words = (row) => {
    const section = document.getElementById(row.dataset.draft);
    const parts = [row.textContent, row.dataset.more];
    if (section) {
      const bubble = section.querySelector(".bubble").cloneNode(true);
      all("a.n", bubble).forEach((sign) => sign.remove());
      parts.push(bubble.textContent, ...all(".finding summary code", section).map((code) => code.textContent));
    }
    return plain(parts.join(" "));
  };
  let index = null;
  const form = document.querySelector(".controls");
  const search = form.querySelector("[type=search]");
  const status = form.querySelector("[role=status]");
  const sift = () => {
    index = index || new Map(rows.map((row) => [row, words(row)]));
    const verdict = form.querySelector("[name=verdict]:checked").value;
    const wanted = plain(search.value).trim();
    let shown = 0;
    rows.forEach((row) => {
      const fits = (!verdict || row.dataset.verdict === verdict) && index.get(row).includes(wanted);
      const section = document.getElementById(row.dataset.draft);
      row.hidden = !fits;
      if (section) section.hidden = !fits;
      shown += fits;
    });
    const gaps = [shown, rows.length];
    status.textContent = status.dataset.text.replace(/\{\}/g, () => gaps.shift());
  };
  form.addEventListener("input", sift);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.reset();
  form.hidden = false;
})();
