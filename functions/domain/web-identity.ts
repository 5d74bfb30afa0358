/**
 * Whom the tokens of AWS are for, in Alibaba Cloud's own spelling (as RRSA uses it): the right of the functions, the client id of the
 * OIDC provider and the trust policies of the roles name it.
 */
export const tokenAudience = 'sts.aliyuncs.com';
