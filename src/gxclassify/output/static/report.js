// The HTML report: the view of the data that the file carries.
import { element } from "./dom.js";
import { applyLanguage, onLanguage, say } from "./language.js";
import { scheme, useScheme } from "./preferences.js";
import { headingNode, makeState, readingNode } from "./reading.js";
import { drawBar } from "./bar.js";

const view = JSON.parse(document.getElementById("data").textContent);
const state = makeState(view);

function drawReport() {
  const name = view.documents.length === 1 ? view.documents[0].document : "";
  document.title = name ? `${name} · ${say("title")}` : say("title");
  drawBar(document.getElementById("bar"));
  const heading = headingNode(view, state, name || say("several", view.documents.length));
  document.getElementById("main").replaceChildren(element("div", { class: "result-head" }, heading), readingNode(view, state));
}

useScheme(scheme());
applyLanguage();
onLanguage(drawReport);
drawReport();
