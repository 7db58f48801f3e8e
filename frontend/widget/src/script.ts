// For `<script src="…/widget/v1.js">`.

import { define } from "./element";

const script = document.currentScript;
define(new URL(script instanceof HTMLScriptElement ? script.src : location.href).origin);
