package io.weathervane.worker.remote.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.testing.FakeClock;
import io.weathervane.testing.FakeTicker;
import io.weathervane.worker.HeaderTemplate;
import io.weathervane.worker.RemoteAccessSpec;
import io.weathervane.worker.RemoteAuth.BearerToken;
import io.weathervane.worker.RemoteTlsFiles;
import io.weathervane.worker.SecretReference;
import io.weathervane.worker.remote.RequestCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that the configuration refers to, in files and in variables, as requests carry them. */
class SecretsInFilesTest {
    @TempDir
    private Path folder;

    private final Map<String, String> environment = new LinkedHashMap<>();

    @Test
    void aVariableIsReadOnceAndPutWhereTheConfigurationRefersToIt() throws Exception {
        environment.put("TENANT", "acme");
        RequestCredentials credentials = headers(Map.of("X-Tenant", "id=${env:TENANT}; plan=gold"));

        assertThat(credentials.headers()).containsExactly(Map.entry("X-Tenant", "id=acme; plan=gold"));
        environment.put("TENANT", "other");
        assertThat(credentials.headers()).containsEntry("X-Tenant", "id=acme; plan=gold");
    }

    @Test
    void aVariableThatIsGoneSinceTheReleaseWasStoredIsNamed() {
        assertThatThrownBy(headers(Map.of("X-Api-Key", "${env:GONE}"))::headers)
                .hasMessage("the environment variable GONE is not set");
    }

    @Test
    void aTokenInAFileIsReadAgainWhenTheFileIsReplaced() throws Exception {
        Path file = write("first\n");
        RequestCredentials credentials = bearer(file);
        assertThat(credentials.headers()).containsExactly(Map.entry("Authorization", "Bearer first"));

        replace(file, "second-token\n");

        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer second-token");
    }

    @Test
    void whatAServerRefusesIsReadAgainAndSentAgainOnlyIfItIsAnother() throws Exception {
        Path file = write("first");
        RequestCredentials credentials = bearer(file);
        Map<String, String> refused = credentials.headers();

        assertThat(credentials.refreshAfterUnauthorized(refused)).isFalse();

        var time = Files.getLastModifiedTime(file);
        Files.writeString(file, "other");
        Files.setLastModifiedTime(file, time);
        assertThat(credentials.refreshAfterUnauthorized(refused))
                .as("though its size and time are the same")
                .isTrue();
        assertThat(credentials.refreshAfterUnauthorized(refused))
                .as("for each of several requests that were refused with the old one")
                .isTrue();
        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer other");
    }

    @Test
    void aFileThatIsBeingReplacedLeavesWhatWasReadBefore() throws Exception {
        Path file = write("first");
        RequestCredentials credentials = bearer(file);
        Map<String, String> carried = credentials.headers();

        Files.writeString(file, "");
        assertThat(credentials.headers()).isEqualTo(carried);
        Files.delete(file);
        assertThat(credentials.headers()).isEqualTo(carried);

        assertThatThrownBy(() -> credentials.refreshAfterUnauthorized(carried))
                .as("but a token that is refused is not sent again")
                .hasMessageContaining("the file " + file + " cannot be read")
                .hasMessageContaining("does not exist");
        write("third");
        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer third");
    }

    @Test
    void aFileThatCannotBeUsedIsNamedWithTheReasonAndNothingOfItsContent() throws Exception {
        Path file = folder.resolve("token");

        assertThatThrownBy(bearer(file)::headers).hasMessageContaining("the file " + file + " cannot be read");
        write("  \n");
        assertThatThrownBy(bearer(file)::headers).hasMessage("the file " + file + " is empty");
        write("hidden\nX-Admin: yes");
        assertThatThrownBy(bearer(file)::headers)
                .hasMessageContaining("has a line break or another character that a header cannot carry")
                .hasMessageNotContaining("hidden");
        write("a".repeat(SecretText.LENGTH_MAX + 1));
        assertThatThrownBy(bearer(file)::headers).hasMessageContaining("has more than 16 KiB");
        write("fine");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThatThrownBy(bearer(file)::headers)
                .hasMessage("the file " + file + " may be written to by others than its owner: chmod 600");
    }

    @Test
    void aServerThatAsksForNothingGetsNothing() throws Exception {
        RequestCredentials credentials = of(RemoteAccessSpec.none());

        assertThat(credentials.headers()).isEmpty();
        assertThat(credentials.refreshAfterUnauthorized(Map.of())).isFalse();
        assertThat(credentials.tls()).isEmpty();
    }

    private RequestCredentials bearer(Path file) {
        return of(new RemoteAccessSpec(
                Map.of(), Optional.of(new BearerToken(SecretReference.file(file))), RemoteTlsFiles.none()));
    }

    private RequestCredentials headers(Map<String, String> texts) {
        Map<String, HeaderTemplate> headers = new LinkedHashMap<>();
        texts.forEach((name, text) -> headers.put(name, new HeaderTemplate(text)));
        return of(new RemoteAccessSpec(headers, Optional.empty(), RemoteTlsFiles.none()));
    }

    private RequestCredentials of(RemoteAccessSpec spec) {
        return ReleaseCredentials.of(
                spec, name -> Optional.ofNullable(environment.get(name)), FakeClock.atNoon(), new FakeTicker());
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("token"), text);
    }

    private void replace(Path file, String text) throws IOException {
        Path beside = Files.writeString(folder.resolve("token.new"), text);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
