"""The office's handbook as data: editions of its work groups, tasks, laws and detailed processes."""
