"""From video files on disk to uint8 clips in memory."""
