"""The wage-arrears joint-discipline list 拖欠农民工工资失信联合惩戒名单."""
