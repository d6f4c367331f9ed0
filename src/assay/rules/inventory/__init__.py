"""Rules about the inventory: how code, contracts and live calls differ."""
