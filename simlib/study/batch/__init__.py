"""Many scenarios, a folder and an executed report each."""
