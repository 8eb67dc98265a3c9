// Presses the only button of a page that is a step on the way; without script people press it themselves.
document.querySelector("form[data-continue]")?.requestSubmit();
