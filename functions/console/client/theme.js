// Before the page is painted: the theme that was chosen on another page. Without a choice, the system's.
try {
  const theme = localStorage.getItem('theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // A browser may keep nothing.
}
document.documentElement.classList.add('scripted');
