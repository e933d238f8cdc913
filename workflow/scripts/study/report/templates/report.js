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

// Marks in the contents the section that is read.
function followReader() {
  const links = new Map(
    [...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]),
  );
  const headings = [...document.querySelectorAll("h2[id]")].filter((h) => links.has(h.id));
  if (!headings.length) return;
  let marked;
  const mark = () => {
    const passed = headings.filter((h) => h.getBoundingClientRect().top < innerHeight / 3);
    const atEnd = scrollY > 0 && innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const current = atEnd ? headings.at(-1) : passed.at(-1);
    const link = current && links.get(current.id);
    if (link === marked) return;
    if (marked) marked.removeAttribute("aria-current");
    if (link) {
      link.setAttribute("aria-current", "true");
      const list = link.closest("ul"); // on a phone it scrolls sideways
      list.scrollLeft = link.offsetLeft - list.offsetLeft;
    }
    marked = link;
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  }, { passive: true });
  mark();
}

// On a phone the page opens with the answer, and each section behind its heading.
function foldSections() {
  if (!matchMedia("(max-width: 44rem)").matches) return;
  const fold = (section, folded) => {
    section.classList.toggle("folded", folded);
    section.querySelector("h2 button").setAttribute("aria-expanded", String(!folded));
  };
  const sections = [...document.querySelectorAll("main > section")];
  for (const section of sections) {
    const heading = section.querySelector("h2");
    const button = document.createElement("button");
    button.type = "button";
    button.append(...[...heading.childNodes].filter((node) => node.nodeName !== "A"));
    heading.prepend(button);
    button.addEventListener("click", () => fold(section, !section.classList.contains("folded")));
    fold(section, true);
  }
  const openTarget = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const section = target && target.closest("section");
    if (!section) return;
    fold(section, false);
    target.scrollIntoView();
  };
  addEventListener("hashchange", openTarget);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) openTarget(); // the hash does not change
  });
  addEventListener("beforeprint", () => sections.forEach((section) => fold(section, false)));
  openTarget();
}

document.querySelectorAll("table.sortable").forEach(sortable);
filterClaims();
followReader();
Promise.all([...document.querySelectorAll("[data-charts]")].map(drawCharts)).then(() => {
  foldSections(); // after the charts, which would have no width in a folded section
  document.documentElement.dataset.ready = "yes";
});
