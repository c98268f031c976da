"""Service stations 农民工权益保障服务站 that each city keeps inside the other."""
