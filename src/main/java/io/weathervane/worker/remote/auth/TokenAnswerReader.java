package io.weathervane.worker.remote.auth;

import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a token endpoint answers (RFC 6749, sections 5.1 and 5.2). Its messages go on behind the endpoint's name. */
final class TokenAnswerReader {
    /** How long a token is taken to be good whose answer does not say it. */
    static final Duration ASSUMED_LIFETIME = Duration.ofMinutes(5);

    /** A longer one is fetched anew all the same. */
    static final Duration LIFETIME_MAX = Duration.ofHours(24);

    private static final int OK = 200;
    private static final int SHOWN_MAX = 200;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,18}");
    private static final Pattern ERROR_CODE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,100}");

    private TokenAnswerReader() {}

    /**
     * The token.
     *
     * @param contentType for a sentence on an answer that is no JSON
     * @throws CredentialException with the end of a sentence that begins with the endpoint
     */
    static AccessToken read(int status, String contentType, byte[] body) throws CredentialException {
        if (status >= 300 && status < 400) {
            throw new CredentialException("redirects (HTTP " + status
                    + "), and the client's secret is not sent on: configure the address that it leads to");
        }
        Optional<JsonNode> json = json(body);
        if (status != OK) {
            throw new CredentialException(json.flatMap(TokenAnswerReader::error)
                    .map(error -> "refuses: " + error + " (HTTP " + status + ")")
                    .orElse("answers HTTP " + status + " and no error in JSON"));
        }
        if (json.isEmpty()) {
            throw new CredentialException("answers with " + shown(contentType.isBlank() ? "no JSON" : contentType)
                    + " where a token in JSON is expected");
        }
        return token(json.get());
    }

    private static AccessToken token(JsonNode json) throws CredentialException {
        Optional<String> error = error(json);
        if (error.isPresent()) {
            throw new CredentialException("refuses: " + error.get() + " (HTTP " + OK + ")");
        }
        String type = json.path("token_type").asString("bearer");
        if (!type.toLowerCase(Locale.ROOT).equals("bearer")) {
            throw new CredentialException("gives a token of the type " + shown(type) + "; only Bearer is known here");
        }
        String value = json.path("access_token").asString("");
        if (value.isBlank()) {
            throw new CredentialException("gives an answer without access_token");
        }
        return new AccessToken(
                SecretText.checked(value, "gives an access_token that"), lifetime(json.get("expires_in")));
    }

    private static Duration lifetime(@Nullable JsonNode expiresIn) throws CredentialException {
        if (expiresIn == null || expiresIn.isNull()) {
            return ASSUMED_LIFETIME;
        }
        String seconds = expiresIn.isNumber() && expiresIn.doubleValue() < 1e15
                ? String.valueOf((long) expiresIn.doubleValue())
                : expiresIn.asString("");
        if (!SECONDS.matcher(seconds).matches() || Long.parseLong(seconds) == 0) {
            throw new CredentialException("gives an expires_in that is no number of seconds above 0");
        }
        Duration lifetime = Duration.ofSeconds(Long.parseLong(seconds));
        return lifetime.compareTo(LIFETIME_MAX) > 0 ? LIFETIME_MAX : lifetime;
    }

    /** The code, and what the endpoint says of it, which is text from outside. */
    private static Optional<String> error(JsonNode json) {
        String code = json.path("error").asString("");
        if (!ERROR_CODE.matcher(code).matches()) {
            return Optional.empty();
        }
        String said = json.path("error_description").asString("");
        return Optional.of(shown(code) + (said.isBlank() ? "" : ", \"" + shown(said) + "\""));
    }

    private static Optional<JsonNode> json(byte[] body) {
        try {
            JsonNode json = JsonMapper.shared().readTree(body);
            return json != null && json.isObject() ? Optional.of(json) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static String shown(String text) {
        return SafeText.line(Redactor.clean(text), SHOWN_MAX);
    }
}
