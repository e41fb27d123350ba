"""Many scenarios: each study a folder with its calculation, its report and its declaration."""
