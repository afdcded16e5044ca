package io.weathervane.util;

import java.util.List;

/**
 * Secrets on command lines: what follows an option, where the program's name on the line says what the option means.
 * The groups and the bounds of the patterns are those of {@link SecretPatterns}.
 */
final class CommandSecretPatterns {
    /** Between an option and its value: blanks, or what stands between two items of a list. */
    private static final String GAP =
            "(?:\\s{1,3}|\\\\{0,3}\"\\s{0,3},\\s{0,3}|'\\s{0,3},\\s{0,3})(?:\\\\{0,3}[\"'])?+";

    /** The quote of a value that follows its option at once; not one that ends what is quoted before. */
    private static final String OPENS = "\\\\{0,3}[\"'](?![\\s,}\\]):;.])";

    private static final String CLOSES_SINGLE = "(?=\\\\{0,3}'|[\\r\\n]|$)";
    private static final String CLOSES_DOUBLE = "(?=\\\\{0,3}\"|[\\r\\n]|$)";
    private static final String BARE = "(?!\\\\{1,3}[\"'])[^\\s\"',]{1,200}+";

    /** A value, within the quotes if one was opened just before it. */
    private static final String VALUE = "(?!\\[redacted])(?:(?<=')[^'\\r\\n]{1,400}?" + CLOSES_SINGLE
            + "|(?<=\")[^\"\\r\\n]{1,400}?" + CLOSES_DOUBLE + "|(?<![\"'])" + BARE + ")()";

    /** The user's name before the secret, where the quote is before the name. */
    private static final String NAME = "[^\\s:\"',=/%]{1,60}+";

    private static final String AFTER_NAME = "(?!\\[redacted])(?:(?<='[^\\s:\"',=/%]{1,60}[:%])[^'\\r\\n]{1,400}?"
            + CLOSES_SINGLE + "|(?<=\"[^\\s:\"',=/%]{1,60}[:%])[^\"\\r\\n]{1,400}?" + CLOSES_DOUBLE + "|" + BARE
            + ")()";

    private static final String PAUSE = "\\b[^\\r\\n|;]{0,160}?[\\s\"',]";

    private static final String HTPASSWD = "(\\bhtpasswd(?=(?:\\s{1,3}-\\S{1,10}+){0,4}?\\s{1,3}-[A-Za-z]{0,6}b)";
    private static final String WITHOUT_FILE = "(?:\\s{1,3}-\\S{1,10}+){0,4}?\\s{1,3}-[A-Za-z]{0,6}n";
    private static final String FLAGS = "(?:\\s{1,3}-\\S{1,10}+){1,5}(?:\\s{1,3}\\d{1,2}(?=\\s))?+";

    static final List<PrefilteredPattern> ALL = List.of(
            PrefilteredPattern.of(
                    "sqlplus|sqlldr|expdp|impdp|rman|sqlcl",
                    "(\\b(?:sqlplus|sqlldr|expdp|impdp|rman|sqlcl)\\b[^\\r\\n|;/]{0,200}+/)(?!\\[redacted])"
                            + "[^\\s@/\"']{1,200}+(@)"),
            // A bare name that also stands before harmless words: only where letters of both cases and a digit follow.
            PrefilteredPattern.of(
                    "key=",
                    "((?<![A-Za-z0-9_.-])[Kk][Ee][Yy]=[\"']?+)(?!\\[redacted])(?=[a-z0-9+/=_-]{0,100}[A-Z])"
                            + "(?=[A-Z0-9+/=_-]{0,100}[a-z])(?=[A-Za-z+/=_-]{0,100}[0-9])[A-Za-z0-9+/=_-]{8,4000}+()"),
            attached(
                    "mysql|mysqldump|mysqladmin|mysqlimport|mysqlsh|mysqlpump|mysqlcheck|mysqlslap|mysqlshow|mariadb"
                            + "|mariadb-dump|mariadb-admin|mycli",
                    "p"),
            attached("mongo|mongosh|mongodump|mongorestore|mongoexport|mongoimport", "p"),
            attached("7z|7za|7zz|7zr|rar|unrar", "h?p"),
            attached("zip|unzip|sqlcmd|bcp|isql|osql", "P"),
            attached("ldap[a-z]{2,10}+", "w"),
            PrefilteredPattern.of("sshpass", "(\\bsshpass[\\s\"',]{1,6}-p(?:" + OPENS + ")?+)" + VALUE),
            PrefilteredPattern.of(
                    "login",
                    "(\\b(?:docker|podman|nerdctl|buildah|skopeo|crane|helm|oras|az|oc)\\b[^\\r\\n|;]{0,60}?\\blogin"
                            + PAUSE + "-p(?:" + OPENS + ")?+)" + VALUE),
            separate("sshpass|login|mongo|mongosh|mongodump|mongorestore|mongoexport|mongoimport|7z|psexec", "p"),
            separate("zip|unzip|sqlcmd|bcp|isql|osql", "P"),
            separate("redis-cli", "(?:a|-pass)"),
            separate("ldap[a-z]{2,10}+", "w"),
            separate("plink|pscp|psftp", "pw"),
            separate("openssl", "(?:[kK]|hmac)"),
            // Each of its own: one line may have both the old one and the new one.
            keygen("N"),
            keygen("P"),
            PrefilteredPattern.of(
                    "-p",
                    "((?<![A-Za-z0-9_-])-p" + GAP + ")(?!\\d{1,5}(?:[:/\\s\"',]|$))(?![-/.~\\[])"
                            + "(?=[^\\s\"'/]{0,60}[0-9A-Z!@#$%^&*])[^\\s\"',/:]{4,200}+(?![/:])()"),
            PrefilteredPattern.of(
                    "-u|--user|--proxy-user",
                    "((?<![A-Za-z0-9_-])(?:-u|-U|--user|--proxy-user)(?:=|" + GAP + ")(?!\\+)[^\\s:\"',=]{1,100}+:)"
                            + "(?!\\d{1,6}(?:[\\s\"',]|$))" + AFTER_NAME),
            PrefilteredPattern.of(
                    "curl",
                    "(\\bcurl" + PAUSE + "-[A-Za-z#]{0,6}?[uU](?:" + GAP + "|" + OPENS + ")?+" + NAME + ":)"
                            + AFTER_NAME),
            PrefilteredPattern.of(
                    "smb|rpcclient|net |winexe|mount.cifs|wmic",
                    "(\\b(?:smb[a-z]{2,10}+|rpcclient|net|winexe|mount\\.cifs|wmic)" + PAUSE + "(?:-U|--user)(?:=|"
                            + GAP + "|" + OPENS + ")?+" + NAME + "%)" + AFTER_NAME),
            PrefilteredPattern.of(
                    "pass:", "((?<![A-Za-z0-9_-])-pass(?:in|out)?" + GAP + "pass:)(?!\\[redacted])[^\\s\"']{1,200}+()"),
            PrefilteredPattern.of(
                    "htpasswd",
                    HTPASSWD + "(?=" + WITHOUT_FILE + ")" + FLAGS + "\\s{1,3}[^\\s-]\\S{0,200}+" + GAP + ")" + VALUE),
            PrefilteredPattern.of(
                    "htpasswd",
                    HTPASSWD + "(?!" + WITHOUT_FILE + ")" + FLAGS + "(?:\\s{1,3}[^\\s-]\\S{0,200}+){2}" + GAP + ")"
                            + VALUE),
            PrefilteredPattern.of(
                    "/u",
                    "(?i)(\\bnet\\s{1,3}use\\s[^\\r\\n|;]{0,200}?\\s)(?!\\[redacted]|\\\\|/|\\*|[a-z]:\\s)"
                            + "[^\\s/]\\S{0,200}+(\\s{1,3}/u(?:ser)?:)"),
            PrefilteredPattern.of(
                    "/u",
                    "(?i)(\\bnet\\s{1,3}use\\s[^\\r\\n|;]{0,300}?\\s/u(?:ser)?:\\S{1,100}+\\s{1,3})"
                            + "(?!\\[redacted]|/|\\*)\\S{1,200}+()"),
            PrefilteredPattern.of(
                    "login", "(?i)(\\blogin\\s{1,3}\\S{1,100}+\\s{1,3}password\\s{1,3})(?!\\[redacted])\\S{1,200}+()"),
            PrefilteredPattern.of(
                    "identified|password|passphrase",
                    "(?i)(\\b(?:identified\\s{1,3}by|password|passphrase)\\s{1,3}['\"])(?!\\[redacted])[^'\"\\r"
                            + "\\n"
                            + "]{1,200}+(['\"])"));

    private CommandSecretPatterns() {}

    /** {@code -pX}: the value without a gap. */
    private static PrefilteredPattern attached(String programs, String option) {
        return PrefilteredPattern.of(
                hints(programs),
                "(\\b(?:" + programs + ")\\b[^\\r\\n|;]{0,300}?(?:\\s-" + option + OPENS + "|[\\s\"',]-" + option
                        + "(?!\\\\{0,3}[\"'])))(?!-)" + VALUE);
    }

    /** {@code -p X}. */
    private static PrefilteredPattern separate(String programs, String option) {
        return PrefilteredPattern.of(
                hints(programs), "(\\b(?:" + programs + ")" + PAUSE + "-" + option + GAP + ")(?!-)" + VALUE);
    }

    private static PrefilteredPattern keygen(String option) {
        return PrefilteredPattern.of(
                "ssh-keygen",
                "(\\bssh-keygen" + PAUSE + "-" + option + "(?:" + GAP + "|" + OPENS + ")?+)(?!-)" + VALUE);
    }

    private static String hints(String programs) {
        return programs.replaceAll("\\[.*?\\+", "");
    }
}
