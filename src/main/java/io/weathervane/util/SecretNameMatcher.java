package io.weathervane.util;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Recognizes names (of keys, headers, options, variables) that stand before a secret; {@code secretEnv} and
 * {@code maxTokens} do not.
 */
final class SecretNameMatcher {
    private static final Pattern HARMLESS_VALUE = Pattern.compile(
            "|true|false|null|~|none|yes|no|undefined|unset|empty|missing|required|invalid|expired|\\*{3,40}");
    private static final Pattern AMOUNT = Pattern.compile("-?\\d{1,12}(\\.\\d{1,6})?");

    /** As the last word, these stand before a secret when what follows looks like one. */
    private static final Set<String> BEFORE_A_KEY =
            Set.of("auth", "pass", "pw", "psk", "otp", "pin", "bearer", "csrf", "xsrf");

    /** The same behind another word: {@code GITHUB_PAT}, {@code SLACK_SIGNING}. */
    private static final Set<String> BEFORE_A_KEY_OF = Set.of("pat", "signing");

    /** {@code STRIPE_KEY}: a variable of the environment, as they are spelt. */
    private static final Pattern KEY_VARIABLE = Pattern.compile("[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){0,6}_KEYS?");

    /** Before {@code KEY} in a variable's name these make no secret of it. */
    private static final Set<String> OF_PLAIN_KEYS = Set.of(
            "primary",
            "foreign",
            "sort",
            "partition",
            "cache",
            "idempotency",
            "row",
            "shard",
            "group",
            "hash",
            "index",
            "public",
            "unique",
            "lookup",
            "dedup",
            "object",
            "config",
            "flag",
            "feature",
            "message",
            "order",
            "range");

    /** What every name of a secret has in it: a quick look before the slow one. */
    private static final Pattern MAY_HIDE = Pattern.compile(
            "pass|pw|secret|token|key|cred|jwt|cookie|auth|sig|pat|psk|otp|pin|bearer|csrf|xsrf|connectionstring|sessionid|webhook",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern LIKE_A_KEY =
            Pattern.compile("(?=[^\\d]{0,100}\\d)(?=[^A-Za-z]{0,100}[A-Za-z])[A-Za-z0-9+/=_.~!@#$%^*-]{6,4000}");

    /** A word that is, or ends in, one of these is a secret. */
    private static final List<String> ENDINGS = List.of(
            "password",
            "passwords",
            "passwd",
            "passphrase",
            "secret",
            "secrets",
            "token",
            "tokens",
            "apikey",
            "apikeys",
            "secretkey",
            "privatekey",
            "accesskey",
            "credential",
            "credentials",
            "creds",
            "passcode",
            "storepass",
            "keypass",
            "dbpass",
            "userpass",
            "rootpass",
            "adminpass",
            "smtppass",
            "mailpass",
            "ftppass",
            "connectionstring",
            "accountkey",
            "signingkey",
            "encryptionkey",
            "sessionid",
            "jwt",
            "cookie");

    /** What makes a key a secret key, said just before it. */
    private static final Set<String> BEFORE_KEY = Set.of(
            "api",
            "access",
            "private",
            "secret",
            "signing",
            "encryption",
            "license",
            "auth",
            "account",
            "master",
            "shared",
            "ssh",
            "session",
            "storage",
            "subscription",
            "consumer",
            "deploy",
            "webhook",
            "hmac",
            "unseal",
            "recovery",
            "routing",
            "integration",
            "client",
            "service");

    /** As the last word, these speak about a secret without giving it: {@code secretEnv}, {@code token_count}. */
    private static final Set<String> ABOUT = Set.of(
            "env",
            "count",
            "counts",
            "limit",
            "limits",
            "usage",
            "used",
            "max",
            "min",
            "name",
            "names",
            "length",
            "size",
            "ttl",
            "timeout",
            "type",
            "types",
            "expires",
            "expiry",
            "policy",
            "mode",
            "enabled",
            "required",
            "present",
            "file",
            "path",
            "dir",
            "url",
            "endpoint",
            "budget",
            "per",
            "rate",
            "version",
            "errors",
            "status");

    private SecretNameMatcher() {}

    /** Whether a secret may stand after this name. */
    static boolean mayHide(String name) {
        String visible = InvisibleCharacters.without(name);
        if (!MAY_HIDE.matcher(visible).find()) {
            return false;
        }
        List<String> words = words(visible);
        return isSecret(visible, words) || isBeforeAKey(words) || isBeforeAKeyOf(visible, words);
    }

    /** Whether what stands after this name is to be hidden. */
    static boolean hides(String name, String value) {
        return !HARMLESS_VALUE.matcher(value.toLowerCase(Locale.ROOT)).matches()
                && mayHide(name)
                && hidesThis(InvisibleCharacters.without(name), value)
                && !(AMOUNT.matcher(value).matches() && countsTokens(name));
    }

    private static boolean hidesThis(String name, String value) {
        List<String> words = words(name);
        return isSecret(name, words)
                || (LIKE_A_KEY.matcher(value).matches() && (isBeforeAKey(words) || !NonSecretWords.isReference(value)));
    }

    private static boolean isBeforeAKey(List<String> words) {
        return !words.isEmpty() && BEFORE_A_KEY.contains(words.get(words.size() - 1));
    }

    private static boolean isBeforeAKeyOf(String name, List<String> words) {
        int last = words.size() - 1;
        return last > 0
                && (BEFORE_A_KEY_OF.contains(words.get(last))
                        || (KEY_VARIABLE.matcher(name).matches() && !OF_PLAIN_KEYS.contains(words.get(last - 1))));
    }

    private static boolean countsTokens(String name) {
        return words(name).stream().anyMatch(word -> word.startsWith("token") || word.endsWith("tokens"));
    }

    /** The same for a variable of the environment, where a bare {@code …_KEY} is a secret too. */
    static boolean hidesVariable(String name, String value) {
        List<String> words = words(name);
        boolean key = words.size() > 1 && Set.of("key", "keys", "auth").contains(words.get(words.size() - 1));
        return hides(name, value) || (key && !value.isEmpty());
    }

    private static boolean isSecret(String name, List<String> words) {
        if (words.isEmpty()) {
            return false;
        }
        String last = words.get(words.size() - 1);
        if (words.contains("webhook") && last.equals("url")) {
            return true;
        }
        if (ABOUT.contains(last)) {
            return false;
        }
        return words.stream().anyMatch(SecretNameMatcher::endsAsSecret)
                || isKey(words)
                || isShortForPassword(name, words, last);
    }

    private static boolean endsAsSecret(String word) {
        for (String ending : ENDINGS) {
            if (word.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isKey(List<String> words) {
        for (int i = 1; i < words.size(); i++) {
            if (words.get(i).startsWith("key") && BEFORE_KEY.contains(words.get(i - 1))) {
                return true;
            }
        }
        return false;
    }

    /** {@code DB_PASS}, {@code Pwd} of a connection string; not {@code PWD}, where the shell stands, nor {@code pass}. */
    private static boolean isShortForPassword(String name, List<String> words, String last) {
        boolean several = words.size() > 1;
        return (last.equals("pass") && several)
                || (last.equals("pwd") && (several || !name.equals("PWD")))
                || (last.equals("sig") && !several);
    }

    /** By hand: every word before a colon in a text comes here. */
    private static List<String> words(String name) {
        List<String> words = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i <= name.length(); i++) {
            boolean gap = i == name.length() || isGap(name.charAt(i));
            if (gap || startsWord(name, i)) {
                if (i > begin) {
                    words.add(name.substring(begin, i).toLowerCase(Locale.ROOT));
                }
                begin = gap ? i + 1 : i;
            }
        }
        return words;
    }

    private static boolean isGap(char c) {
        return c == '.' || c == '_' || c == '-' || c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** A capital after a small letter or a digit. */
    private static boolean startsWord(String name, int at) {
        char before = at == 0 ? ' ' : name.charAt(at - 1);
        boolean small = (before >= 'a' && before <= 'z') || (before >= '0' && before <= '9');
        return small && name.charAt(at) >= 'A' && name.charAt(at) <= 'Z';
    }
}
