// The survey's page as a file: the view of the data that it carries.
import { applyLanguage, onLanguage, say } from "./language.js";
import { scheme, useScheme } from "./preferences.js";
import { drawBar } from "./bar.js";
import { surveyNodes, surveyState } from "./survey-page.js";

const view = JSON.parse(document.getElementById("data").textContent);
const state = surveyState();

function drawSurvey() {
  document.title = say("survey_title");
  drawBar(document.getElementById("bar"));
  document.getElementById("main").replaceChildren(...surveyNodes(view, state));
}

useScheme(scheme());
applyLanguage();
onLanguage(drawSurvey);
drawSurvey();
