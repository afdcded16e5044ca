package io.weathervane.util;

import java.util.List;

/**
 * Secrets that are known by their shape or by the words around them, whatever the name before them. Each pattern has
 * the part to keep before the secret as group 1 and after it as group 2; without these groups it is no secret. Every
 * quantifier has a bound, and no two that can take the same characters follow each other, so that the time grows with
 * the text's length only.
 */
final class SecretPatterns {
    private static final String URL = "(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,30}://";
    private static final String URL_REST = "[^\\s\"'<>\\\\,;)}\\]]";

    /** Headers that carry credentials; a digest has quotes inside, so it ends with the line. */
    private static final List<PrefilteredPattern> HEADERS = List.of(
            PrefilteredPattern.of(
                    "authorization",
                    "(?i)(authorization\\\\?+[\"']?+\\s{0,3}+[:=]\\s{0,3}+\\\\?+[\"']?+)(?!\\[redacted])"
                            + "(?:(?:Digest|AWS4-HMAC-SHA256|Hawk|OAuth) [^\\r\\n]{1,4000}"
                            + "|(?:[A-Za-z][A-Za-z0-9-]{1,20}+\\s{1,3})?[^\\s\"'\\\\,;]{1,8000})()"),
            PrefilteredPattern.of(
                    "cookie",
                    "(?i)(cookie\\\\?+[\"']?+\\s{0,3}+[:=]\\s{0,3}+\\\\?+[\"']?+)(?!\\[redacted])"
                            + "[^\\r\\n\"'\\\\]{1,8000}()"),
            PrefilteredPattern.of(
                    "bearer", "(?i)(\\bBearer\\s{1,3})(?=\\S{20}|\\S{0,19}\\d)[A-Za-z0-9._~+/=:-]{6,8000}+()"),
            PrefilteredPattern.of(
                    "basic", "(\\b[Bb]asic\\s{1,3})(?=[A-Za-z0-9+/]{0,200}[0-9=])[A-Za-z0-9+/]{8,2000}+={0,2}+()"),
            PrefilteredPattern.of(
                    "eyj",
                    "\\beyJ[A-Za-z0-9_-]{5,8000}+(?:()\\.[A-Za-z0-9_-]{5,8000}+(?:\\.[A-Za-z0-9_-]{0,8000}+){0,3}+())?"));

    private static final List<PrefilteredPattern> URLS = List.of(
            // Credentials: after the user's name, or alone.
            PrefilteredPattern.of("@", "(" + URL + "[^\\s/:@\"'<>]{0,200}:)(?!\\[redacted])[^\\s/\"'<>]{1,500}(@)"),
            PrefilteredPattern.of("@", "(" + URL + ")[A-Za-z0-9_-]{20,500}+(@)"),
            // Without a scheme, as a driver takes it: root:secret@tcp(db:3306)/x.
            PrefilteredPattern.of(
                    "@",
                    "(?<![A-Za-z0-9_./@:-])([A-Za-z0-9_.-]{1,60}+:)(?!\\[redacted])[^\\s:/@\"'<>,]{3,100}+"
                            + "(@(?!sha\\d)(?:(?:tcp|unix)\\(|[A-Za-z0-9.-]{1,100}+:\\d{2,5}\\b))"),
            PrefilteredPattern.of(
                    "jdbc:oracle:",
                    "(?i)(jdbc:oracle:[a-z0-9]{1,10}+:[^\\s/@\"'<>]{0,100}+/\\\\?+\"?+)(?!\\[redacted])[^\\s@\"'<>\\\\]{1,300}+"
                            + "(\\\\?+\"?+@)"),
            // Incoming webhooks: any client that knows the path may post.
            PrefilteredPattern.of(
                    "hook",
                    "(?i)(https?://(?:[a-z0-9-]{1,60}\\.){0,4}(?:web)?hooks?\\.[^\\s/\"'<>]{1,100}+/)(?!\\[redacted])"
                            + URL_REST + "{8,1000}+()"),
            PrefilteredPattern.of(
                    "services/|workflows/|triggers/",
                    "(https?://[^\\s/\"'<>]{1,200}+/(?:[A-Za-z0-9._~%-]{1,60}+/){0,4}(?:services|workflows|triggers)/)"
                            + "T[A-Z0-9]{2,20}+/[AB][A-Z0-9]{1,30}+/" + URL_REST + "{1,300}+()"),
            PrefilteredPattern.of(
                    "hook|integration/|workflows/",
                    "(?i)(https?://[^\\s/\"'<>]{1,200}+/(?:[a-z0-9._~%-]{1,60}+/){0,4}"
                            + "(?:(?:web)?hooks?(?:b2)?|integration|workflows)/)(?!\\[redacted])"
                            + "(?-i:(?=[^\\s\"'<>]{0,300}[0-9A-Z]))" + URL_REST + "{8,1000}+()"),
            PrefilteredPattern.of(
                    "key=|code=|auth=|signature=|credential=|token=|accessid=|ticket=|sid=|session=|sessionid=|pass=|pw=|sas=",
                    "(?i)([?&;](?:key|code|auth|signature|x-amz-signature|x-goog-signature|x-amz-credential"
                            + "|x-amz-security-token|googleaccessid|ticket|sid|session|sessionid|pass|pw|sas)=)"
                            + "(?!\\[redacted])[^\\s&\"'<>#\\\\]{4,4000}+()"),
            PrefilteredPattern.of(":", "()(?<![A-Za-z0-9:.-])(?:bot)?\\d{6,12}:[A-Za-z0-9_-]{30,60}+()"));

    /** Keys and tokens that say by their first letters what they are. */
    private static final List<PrefilteredPattern> KEYS = List.of(
            PrefilteredPattern.of(
                    "akia|asia|aroa|aida|abia|acca", "()\\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{16}\\b()"),
            PrefilteredPattern.of(
                    "wvt_|ghp_|gho_|ghu_|ghs_|ghr_|github_pat_|v1.|v2.|v3.",
                    "()\\b(?:wvt_[A-Za-z0-9_-]{20,300}+|gh[pousr]_[A-Za-z0-9_]{20,300}+"
                            + "|github_pat_[A-Za-z0-9_]{20,300}+|v[0-9]\\.[0-9a-f]{40}\\b)()"),
            PrefilteredPattern.of(
                    "glpat|gldt|glrt|glcbt|glptt|glft|glsoat|glimt|glagent|glffct|gr1348941|npm_|whsec_|xox|xapp-|xwfp-",
                    "()\\b(?:gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|ffct)-|GR1348941|npm_|whsec_"
                            + "|xox[a-z](?:\\.xox[a-z])?-|xapp-|xwfp-)[A-Za-z0-9_=/+.-]{10,300}+()"),
            PrefilteredPattern.of(
                    "_live_|_test_|sk-",
                    "()\\b(?:[srp]k_(?:live|test)_[A-Za-z0-9]{10,300}+|sk-[A-Za-z0-9_-]{20,300}+)()"),
            PrefilteredPattern.of(
                    "aiza|ya29.|gocspx-|1//0",
                    "()\\b(?:AIza[0-9A-Za-z_-]{35}|ya29\\.[0-9A-Za-z_.-]{20,500}+|GOCSPX-[0-9A-Za-z_-]{20,100}+"
                            + "|1//0[0-9A-Za-z_-]{30,300}+)()"),
            // Discord.
            PrefilteredPattern.of(
                    "mfa.|.",
                    "()(?<![A-Za-z0-9_.-])(?:[MNO][A-Za-z0-9_-]{22,28}+\\.[A-Za-z0-9_-]{6,7}+\\.[A-Za-z0-9_-]{25,110}+"
                            + "|mfa\\.[A-Za-z0-9_-]{60,120}+)()"),
            PrefilteredPattern.of("sg.", "()\\bSG\\.[A-Za-z0-9_-]{16,40}+\\.[A-Za-z0-9_-]{16,80}+()"),
            PrefilteredPattern.of(
                    "sk|key-|dapi|nrak-",
                    "()\\b(?:SK[0-9a-f]{32}|key-[0-9a-f]{32}|dapi[0-9a-f]{32}(?:-\\d)?|NRAK-[A-Z0-9]{27})\\b()"),
            PrefilteredPattern.of(
                    "_|-|.|eaaa|atatt3|atbb|atctt3|cio",
                    "()\\b(?:do[oprt]_v1_|shp(?:at|ss|ca|pa)_|hf_|pypi-|lin_api_|ntn_|PMAK-|glsa_|glc_|sntry[su]_"
                            + "|dp\\.(?:pt|st|ct|sa|scim|audit)\\.|fo1_|figd_|ATATT3|ATBB|ATCTT3|sq0(?:atp|csp)-|EAAA|sbp_|sb_secret_|gsk_|xai-|r8_"
                            + "|pplx-|lsv2_(?:pt|sk)_|dckr_pat_|dckr_oat_|rubygems_|hv[sbr]\\.|AGE-SECRET-KEY-1|ops_eyJ|tskey-"
                            + "|secret_|rnd_|nfp_|vercel_|phc_|phx_|pat-na1-|PSCALE_|pscale_(?:tkn|pw|oauth)_|cfut_|cio|tfe_|patr_|CFPAT-|fw_|nvapi-)"
                            + "(?=[A-Za-z0-9_-]{0,60}\\d)[A-Za-z0-9_=.+/-]{20,500}+()"),
            PrefilteredPattern.of("atlasv1", "()\\b[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{40,100}+()"),
            // Hashes of passwords, which can be guessed at leisure.
            PrefilteredPattern.of("$", "()\\$(?:2[abxy]?|5|6|y|7|argon2(?:id|i|d))\\$[A-Za-z0-9./$=,+-]{20,300}+()"),
            // Lines of a private key by themselves.
            PrefilteredPattern.of(
                    "mii|b3blbnnzac1rzxkt",
                    "()(?<![A-Za-z0-9+/=])(?:MII[A-Za-z0-9+/]{45,4000}+|b3BlbnNzaC1rZXkt[A-Za-z0-9+/]{20,4000}+)={0,2}+()"),
            PrefilteredPattern.of(
                    "",
                    "()(?<![A-Za-z0-9+/=_.-])(?=[a-z0-9+/]{0,63}[A-Z])(?=[A-Z0-9+/]{0,63}[a-z])"
                            + "(?=[A-Za-z+/]{0,63}[0-9])[A-Za-z0-9+/]{64}(?![A-Za-z0-9+/=_.-])()"),
            PrefilteredPattern.of("\"kty", "(\"(?:d|p|q|dp|dq|qi|k)\"\\s{0,3}:\\s{0,3}\")[A-Za-z0-9_-]{40,2000}+(\")"));

    private static final List<PrefilteredPattern> SENTENCES = List.of(PrefilteredPattern.of(
            "</",
            "(?i)(<[a-z0-9:_.-]{0,40}(?:password|passwd|secret|token|apikey|api-key|passphrase|credential)"
                    + "[a-z0-9:_.-]{0,20}+>)(?!\\[redacted])[^<\\r\\n]{1,500}+(<)"));

    static final List<PrefilteredPattern> ALL =
            List.of(HEADERS, URLS, KEYS, CommandSecretPatterns.ALL, SENTENCES).stream()
                    .flatMap(List::stream)
                    .toList();

    private SecretPatterns() {}
}
