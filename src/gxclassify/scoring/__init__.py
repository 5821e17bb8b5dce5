"""Many documents: streams of them cut into chunks, scored in processes, written in order."""
