// For `import "…/widget/v1.mjs"`.

import { define } from "./element";

export const HunchFeedback = define(new URL(import.meta.url).origin);
