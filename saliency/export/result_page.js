"use strict";
const slider = document.getElementById("strength");
const colours = document.getElementById("colours");
const show = () => {
  const said = slider.value + " %";
  colours.style.opacity = slider.value / 100;
  document.getElementById("strength-now").textContent = said;
  slider.setAttribute("aria-valuetext", said);
};
slider.addEventListener("input", show);
document.getElementById("strength-row").hidden = false;
show();
