// Sorting, filtering, and the check boxes of the charts. Without scripts the static figures stay.
"use strict";

function sortable(table) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      const key = (row) => {
        const cell = row.cells[column];
        return cell ? (cell.dataset.value ?? cell.textContent.trim()) : "";
      };
      const compare = (a, b) => {
        const [x, y] = [key(a), key(b)];
        if (x === "" || y === "") return (x === "") - (y === ""); // empty cells stay last
        const [n, m] = [Number(x), Number(y)];
        if (Number.isNaN(n) !== Number.isNaN(m)) return Number.isNaN(n) - Number.isNaN(m);
        const order = Number.isNaN(n) ? x.localeCompare(y, "en", { numeric: true }) : n - m;
        return down ? -order : order;
      };
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      body.append(...[...body.rows].sort(compare));
    });
  });
}

function filterClaims() {
  const box = document.getElementById("only-open");
  if (!box) return;
  box.closest("p").hidden = false;
  box.addEventListener("change", () => {
    for (const row of document.querySelectorAll("#claims tbody tr")) {
      row.hidden = box.checked && row.dataset.reproduced === "yes";
    }
  });
}

async function drawCharts(part) {
  const views = [];
  const charts = [...part.querySelectorAll(".chart")];
  // Show all of them first: each takes the width that the others leave.
  for (const chart of charts) chart.hidden = false;
  for (const chart of charts) {
    const specification = JSON.parse(chart.querySelector("script").textContent);
    // `ast`: expressions are interpreted, because the page forbids evaluating strings.
    const options = { actions: false, renderer: "svg", ast: true };
    const drawn = await vegaEmbed(chart, specification, options);
    views.push(drawn.view);
  }
  if (!views.length) return;
  for (const figure of part.querySelectorAll(".static")) figure.classList.add("print-only");
  for (const toggles of part.querySelectorAll(".toggles")) {
    toggles.hidden = toggles.querySelectorAll("input").length < 2;
    toggles.addEventListener("change", () => {
      const chosen = [...toggles.querySelectorAll("input:checked")].map((box) => box.value);
      for (const view of views) view.signal(toggles.dataset.signal, chosen).runAsync();
    });
  }
}

function printWhole() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
}

document.querySelectorAll("table.sortable").forEach(sortable);
filterClaims();
printWhole();
Promise.all([...document.querySelectorAll("[data-charts]")].map(drawCharts)).then(() => {
  document.documentElement.dataset.ready = "yes";
});
