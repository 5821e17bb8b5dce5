// What the served page of surveys says while files are brought.
import { addWords } from "./language.js";

addWords({
  survey_lead: [
    "选一批报纸、报告或网页文件，看哪些园区讲了什么主题、什么时候讲、带着哪些金额。",
    "Choose a pile of newspaper pages, reports or web pages, and see which zones tell which themes, when, and with what amounts.",
  ],
  choose_files: ["选择文件", "Choose files"],
  survey_go: ["看概览", "Survey"],
  survey_paste: ["或粘贴文字", "Or paste a text"],
  survey_by: ["按", "By"],
  survey_from: ["自（如 2021-03）", "From (such as 2021-03)"],
  survey_to: ["至", "To"],
  survey_chosen: ["已选 {0} 个文件，{1}", "{0} {0:file|files} chosen, {1}"],
  survey_take_off: ["去掉 {0}", "Take {0} off"],
  survey_take_all_off: ["全部去掉", "Take all off"],
  survey_gone: ["页面重新打开过，选过的 {0} 个文件请再选一次", "The page was loaded anew: choose the {0} {0:file|files} again"],
  survey_not_held: ["浏览器没有存着这份概览；请再选文件做一次。", "The browser no longer holds this survey; choose the files again."],
  survey_nothing: ["先选文件，或粘贴一段文字。", "Choose files or paste a text first."],
  survey_again: ["换一批", "Other files"],
  survey_save: ["存为网页", "Save as a page"],
  survey_left_out: ["读不了 {0}：{1}", "{0} cannot be read. {1}"],
});
