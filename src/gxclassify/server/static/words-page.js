// What only the served pages say: bringing a text in, and what goes wrong.
import { addWords } from "./language.js";

addWords({
  lead: [
    "粘贴报纸、报告或网页的文字，或拖入一个文件。每一段讲到哪些主题、由哪一句讲到、凭哪些词，一目了然。",
    "Paste the text of a newspaper page, a report or a web page, or drop a file. See which themes each paragraph tells, in which sentence, and by which words.",
  ],
  text: ["要标注的文字", "Text to tag"],
  text_hint: ["把文字粘贴到这里，或把文件拖到页面上……", "Paste a text here, or drop a file on the page…"],
  go: ["标出主题", "Tag the text"],
  go_hint: ["Ctrl + Enter", "Ctrl + Enter"],
  choose_file: ["选择文件", "Choose a file"],
  kinds: ["TXT、PDF、Word、HTML、JSON Lines", "TXT, PDF, Word, HTML, JSON Lines"],
  examples: ["看一个例子", "Try an example"],
  drop: ["松开，读入这个文件", "Drop the file to read it"],
  working: ["正在读和标……", "Reading and tagging…"],
  another: ["换一份", "Another text"],
  pasted: ["粘贴的文字", "Pasted text"],
  local: ["文字只送到这台服务器，不作留存。", "The text goes to this server only and is not kept."],
  nothing: ["先粘贴一段文字，或选一个文件。", "Paste a text or choose a file first."],
  one_file: ["一次读一个文件；读了第一个。", "One file at a time: the first one was taken."],

  failed: ["没有成功：{0}", "It did not work: {0}"],
  failed_network: ["连不上服务器；看看它是否还在运行，再试一次。", "The server cannot be reached; see whether it runs and try again."],
  failed_413: ["太长了。{0}", "Too long. {0}"],
  failed_429: ["服务器正忙，过一会儿再试。", "The server is busy; try again in a moment."],
  failed_504: ["用时太久，分成几份再试。", "It took too long; try with less at a time."],
  failed_unreadable: ["读不了这个文件。{0}", "The file cannot be read. {0}"],
  token_title: ["需要口令", "A token is needed"],
  token_text: ["这台服务器要求口令（token）。它只保存在这个浏览器窗口里。", "This server asks for a token. It is kept in this browser window only."],
  token: ["口令", "Token"],
  token_wrong: ["这个口令不对。", "This token is not valid."],
  ok: ["确定", "OK"],
  cancel: ["取消", "Cancel"],
});
