// Its own file: the window's content policy allows no inline script.
import init from "./ui.js";
await init({ module_or_path: "./ui_bg.wasm" });
