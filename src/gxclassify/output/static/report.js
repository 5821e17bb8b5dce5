// The HTML report: the view of the data that the file carries.
import { element } from "./dom.js";
import { applyLanguage, onLanguage, say } from "./language.js";
import { scheme, useScheme } from "./preferences.js";
import { headingNode, makeState, readingNode } from "./reading.js";
import { drawBar } from "./bar.js";
import { contentsNode, leftOutNode } from "./contents.js";

const view = JSON.parse(document.getElementById("data").textContent);
view.documents = whole(view.documents);
const state = makeState(view);

// A large file of records comes in pieces; here it is one file again.
function whole(pieces) {
  const documents = [];
  for (const piece of pieces) {
    const last = documents.at(-1);
    if (piece.first_article && last?.document === piece.document) {
      last.articles.push(...piece.articles);
      last.repairs.push(...piece.repairs);
    } else documents.push(piece);
  }
  return documents;
}

function drawReport() {
  const name = view.documents.length === 1 ? view.documents[0].document : "";
  document.title = name ? `${name} · ${say("title")}` : say("title");
  drawBar(document.getElementById("bar"));
  const heading = headingNode(view, state, name || say("several", view.documents.length));
  const head = element("div", { class: "result-head" }, heading, element("p", { class: "faint" }, say("made", view.made)));
  const parts = [head, contentsNode(view, state), leftOutNode(view.left_out), readingNode(view, state)];
  document.getElementById("main").replaceChildren(...parts.filter(Boolean));
}

useScheme(scheme());
applyLanguage();
onLanguage(drawReport);
drawReport();
