"""Life certification 待遇资格认证: paid as long as the right lasts, and not a month longer."""
