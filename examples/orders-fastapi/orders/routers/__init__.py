"""One router a part of the business."""
