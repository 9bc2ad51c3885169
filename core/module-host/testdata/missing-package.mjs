// Needs what is not installed.
import "a-package-nobody-has";
