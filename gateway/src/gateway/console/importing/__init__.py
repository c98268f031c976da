"""Files of many rows 批量导入: 下载模板 → 校验 → 导入 → 下载错误表."""

from gateway.console.importing.pages import PAGES

__all__ = ["PAGES"]
