"""The console 工作台: pages for caseworkers, on the same public interfaces as everybody uses."""
