"""Joint operations 联合执法: both cities agree, chance draws whom and by whom (双随机)."""
