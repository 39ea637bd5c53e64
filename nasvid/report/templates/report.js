"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => heading.firstElementChild.addEventListener("click", () => {
    const isDescending = heading.ariaSort === "ascending";
    const read = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    const compare = (a, b) => {
      const [left, right] = [read(a), read(b)];
      // What has no value stays at the end, whichever way the table is sorted.
      if (left === "" || right === "") return (left === "") - (right === "");
      const order = left.localeCompare(right, "en", { numeric: false });
      const difference = Number(left) - Number(right);
      return (isDescending ? -1 : 1) * (Number.isNaN(difference) ? order : difference);
    };
    headings.forEach((other) => other.removeAttribute("aria-sort"));
    heading.ariaSort = isDescending ? "descending" : "ascending";
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
  }));
}
