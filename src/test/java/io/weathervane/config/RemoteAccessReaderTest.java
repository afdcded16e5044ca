package io.weathervane.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.worker.HeaderTemplate;
import io.weathervane.worker.RemoteAccessSpec;
import io.weathervane.worker.RemoteAuth.BearerToken;
import io.weathervane.worker.RemoteAuth.OAuthClient;
import io.weathervane.worker.RemoteTlsFiles;
import io.weathervane.worker.RemoteTlsFiles.ClientCertificate;
import io.weathervane.worker.SecretReference;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteAccessReaderTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("TOKEN", "hidden", "EMPTY", " ");

    @TempDir
    private Path folder;

    @Test
    void headersKeepTheirReferencesAndPathsAreMeantFromTheFileOfTheConfiguration() throws IOException {
        RemoteAccessSpec access = read("""
            headers:
              X-Tenant: acme
              X-Api-Key: "${env:TOKEN}"
              Authorization: "Basic ${file:secrets/basic}"
              Cookie: "session=${env:TOKEN}; csrf=${file:/run/csrf}"
            """);

        assertThat(access.headers())
                .containsExactly(
                        Map.entry("X-Tenant", new HeaderTemplate("acme")),
                        Map.entry("X-Api-Key", new HeaderTemplate("${env:TOKEN}")),
                        Map.entry("Authorization", new HeaderTemplate("Basic ${file:" + folder + "/secrets/basic}")),
                        Map.entry("Cookie", new HeaderTemplate("session=${env:TOKEN}; csrf=${file:/run/csrf}")));
        assertThat(access.secretVariables()).containsExactly("TOKEN");
    }

    @Test
    void aBearerTokenIsInAVariableOrAFile() throws IOException {
        assertThat(read("auth: {bearerEnv: TOKEN}").auth()).contains(new BearerToken(SecretReference.env("TOKEN")));
        assertThat(read("auth: {bearerFile: token}").auth())
                .contains(new BearerToken(SecretReference.file(folder.resolve("token"))));
    }

    @Test
    void everyKeyOfOAuthReachesItsField() throws IOException {
        RemoteAccessSpec access = read("""
            auth:
              oauth:
                tokenUrl: https://issuer.example.org/token?tenant=a
                clientId: weathervane
                clientSecretEnv: TOKEN
                scope: tools:read tools:call
                resource: https://mcp.example.org/mcp
            """);

        assertThat(access.auth())
                .contains(new OAuthClient(
                        URI.create("https://issuer.example.org/token?tenant=a"),
                        "weathervane",
                        SecretReference.env("TOKEN"),
                        Optional.of("tools:read tools:call"),
                        Optional.of("https://mcp.example.org/mcp")));
        assertThat(access.secretVariables()).containsExactly("TOKEN");
        assertThat(read("auth: {oauth: {tokenUrl: 'http://127.0.0.1:1/t', clientId: a, clientSecretFile: s}}")
                        .auth())
                .contains(new OAuthClient(
                        URI.create("http://127.0.0.1:1/t"),
                        "a",
                        SecretReference.file(folder.resolve("s")),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void everyKeyOfTlsReachesItsField() throws IOException {
        assertThat(read("tls: {ca: ca.pem, certificate: own.pem, key: /etc/own.key}")
                        .tls())
                .isEqualTo(new RemoteTlsFiles(
                        Optional.of(folder.resolve("ca.pem")),
                        Optional.of(new ClientCertificate(folder.resolve("own.pem"), Path.of("/etc/own.key")))));
        assertThat(read("")).isEqualTo(RemoteAccessSpec.none());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        headers: {Authorization: Bearer hidden}         | headers has Authorization, which is a secret: give it by reference, ${env:NAME} or ${file:PATH}
        headers: {authorization: "Bearer hid${env:TOKEN}"} | headers has authorization, which is a secret
        headers: {Authorization: "Bearer ${env:TOKEN}den"} | which is a secret
        headers: {Cookie: "a=hidden; b=${env:TOKEN}"}   | headers has Cookie, which is a secret
        headers: {X-Api-Key: hidden}                    | headers has X-Api-Key, which is a secret
        headers: {ApiKey: hidden}                       | headers has ApiKey, which is a secret
        headers: {X-Goog-Api-Token: hidden}             | which is a secret
        headers: {CF-Access-Client-Secret: hidden}      | which is a secret
        headers: {X-Note: "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJoaWRkZW4ifQ.abcdefghijklmnopqrstuvwxyz012"} | headers has X-Note, which looks like a secret
        headers: {X-Api-Key: 12345}                     | headers has X-Api-Key, which must have text as its value
        headers: {X-A: "${env:NOT_THERE}"}              | headers has X-A, which refers to the environment variable NOT_THERE, which is not set
        headers: {X-A: "${env:EMPTY}"}                  | which is not set
        headers: {X-A: "${secret:hidden}"}              | has a ${ that begins no reference: use ${env:NAME} or ${file:PATH}
        headers: {X-A: "${env:not a name}"}             | is not the name of a variable
        headers: {X-A: "a\\r\\nX-B: c"}                 | headers has X-A, which must be one line of 1 to 4000 visible ASCII characters
        headers: {X-A: " a"}                            | without spaces around it
        headers: {X-A: ""}                              | must be one line of 1 to
        headers: {X-A: "grün"}                          | visible ASCII
        headers: {"X A": b}                             | headers has X A, which is not the name of a header
        headers: {"X-A:": b}                            | is not the name of a header
        headers: {"X-A\\r\\nX-B": b}                    | is not the name of a header
        headers: {Mcp-Session-Id: b}                    | headers has Mcp-Session-Id, which belongs to the protocol
        headers: {MCP-Protocol-Version: b}              | belongs to the protocol
        headers: {Accept: b}                            | belongs to the protocol
        headers: {Content-Type: b}                      | belongs to the protocol
        headers: {Host: b}                              | headers has Host, which belongs to the connection
        headers: {transfer-encoding: b}                 | belongs to the connection
        headers: {Proxy-Authorization: "${env:TOKEN}"}  | belongs to the connection
        headers: {X-A: a, x-a: b}                       | headers has x-a, which is there twice
        headers: [a]                                    | headers must be a mapping
        {headers: {Authorization: "${env:TOKEN}"}, auth: {bearerEnv: TOKEN}} | headers has Authorization, which auth sets
        auth: {bearerEnv: TOKEN, bearerFile: t}         | auth must have only one of bearerEnv, bearerFile
        auth: {bearerEnv: TOKEN, oauth: {tokenUrl: "https://a/", clientId: a, clientSecretEnv: TOKEN}} | auth must have exactly one of bearerEnv, bearerFile, oauth
        auth: {bearerEnv: NOT_THERE}                    | auth.bearerEnv names the environment variable NOT_THERE, which is not set
        auth: {bearerEnv: "hidden!"}                    | auth.bearerEnv must be the name of an environment variable
        auth: {bearer: hidden}                          | auth must have exactly one of bearerEnv, bearerFile, oauth
        auth: {bearerEnv: TOKEN, bearerEnvv: hidden}    | auth.bearerEnvv is not a known key; did you mean bearerEnv?
        auth: {oauth: {clientId: a, clientSecretEnv: TOKEN}} | auth.oauth.tokenUrl is missing
        auth: {oauth: {tokenUrl: "http://issuer.example.org/token", clientId: a, clientSecretEnv: TOKEN}} | auth.oauth.tokenUrl must be https (http only on this machine)
        auth: {oauth: {tokenUrl: "https://u:hidden@issuer/", clientId: a, clientSecretEnv: TOKEN}} | without a user name or password
        auth: {oauth: {tokenUrl: "https://a/#b", clientId: a, clientSecretEnv: TOKEN}} | auth.oauth.tokenUrl must have no fragment
        auth: {oauth: {tokenUrl: "https://a/", clientSecretEnv: TOKEN}} | auth.oauth.clientId is missing
        auth: {oauth: {tokenUrl: "https://a/", clientId: a}} | auth.oauth.clientSecretEnv is missing: name the variable with the client's secret, or give clientSecretFile
        auth: {oauth: {tokenUrl: "https://a/", clientId: a, clientSecret: hidden}} | auth.oauth.clientSecretEnv is missing
        auth: {oauth: {tokenUrl: "https://a/", clientId: a, clientSecretEnv: TOKEN, scope: "a  b"}} | auth.oauth.scope must be scopes with one space between them
        auth: {oauth: {tokenUrl: "https://a/", clientId: a, clientSecretEnv: TOKEN, resource: mcp}} | auth.oauth.resource must be an absolute URI
        tls: {certificate: own.pem}                     | tls.key is missing: certificate and key are given together
        tls: {key: own.key}                             | tls.certificate is missing: certificate and key are given together
        tls: {cert: own.pem}                            | tls.cert is not a known key
        """)
    void refusesWithASentenceThatNamesTheKeyAndShowsNoSecret(String yaml, String sentence) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(sentence)
                .hasMessageNotContainingAny("hidden", "12345");
    }

    private RemoteAccessSpec read(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("weathervane.yaml"), yaml.isEmpty() ? "{}" : yaml);
        RemoteAccessReader reader = new RemoteAccessReader(folder, ENVIRONMENT);
        return Section.read(YamlDocument.read(file), reader::read);
    }
}
