import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.openfeature.contrib.providers.ofrep.OfrepProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProviderOptions;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.OpenFeatureAPI;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/**
 * Reads flags with the published provider of the Java SDK, one for each line of stdin: {@code TYPE KEY FALLBACK}, or
 * {@code token TOKEN} for a provider with another token. Answers each with value, reason, variant and error code.
 */
final class FlagClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private FlagClient() {}

    /** The server's address and a token. */
    public static void main(String[] arguments) throws IOException {
        OpenFeatureAPI api = OpenFeatureAPI.getInstance();
        api.setProviderAndWait(provider(arguments[0], arguments[1]));
        Client client = api.getClient();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split("\t", -1);
            if (words[0].equals("token")) {
                api.setProviderAndWait(provider(arguments[0], words[1]));
                System.out.println("\t\t\t");
            } else {
                FlagEvaluationDetails<?> details = evaluate(client, words[0], words[1], words[2]);
                System.out.println(String.join("\t", String.valueOf(details.getValue()), said(details.getReason()),
                        said(details.getVariant()), said(details.getErrorCode())));
            }
        }
        api.shutdown();
    }

    private static FlagEvaluationDetails<?> evaluate(Client client, String type, String key, String fallback) {
        return switch (type) {
            case "boolean" -> client.getBooleanDetails(key, Boolean.valueOf(fallback));
            case "number" -> client.getDoubleDetails(key, Double.valueOf(fallback));
            case "string" -> client.getStringDetails(key, fallback);
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static OfrepProvider provider(String url, String token) {
        return OfrepProvider.constructProvider(OfrepProviderOptions.builder()
                .baseUrl(url)
                .requestTimeout(TIMEOUT)
                .headers(ImmutableMap.of("Authorization", ImmutableList.of("Bearer " + token)))
                .build());
    }

    private static String said(Object value) {
        return Objects.toString(value, "");
    }
}
