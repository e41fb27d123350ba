// A lesson's figure speaks the lesson's language, whenever that is switched.

const drawPage = Page.prototype.drawPage;
Page.prototype.drawPage = function drawAndFollow(say) {
  drawPage.call(this, say);
  this.drawn?.();
  if (this.following) return;
  this.following = () => this.speak(language());
  window.addEventListener("simlib-language", this.following);
  if (language() !== say.language) this.following();
};
