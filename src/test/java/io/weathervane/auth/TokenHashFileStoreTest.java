package io.weathervane.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.tool.CallerRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenHashFileStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-24T03:00:00Z");

    @TempDir
    private Path folder;

    private Path path;
    private TokenHashFileStore file;

    @BeforeEach
    void name() {
        path = folder.resolve("tokens.json");
        file = new TokenHashFileStore(path);
    }

    @Test
    void keepsAHashOfTheTokenAndNobodyElseCanReadIt() throws Exception {
        String token = file.create(
                "alice", Set.of(CallerRole.VIEWER, CallerRole.OPERATOR), NOW, Optional.of(NOW.plusSeconds(9)));

        assertThat(token).matches("wvt_[A-Za-z0-9_-]{43}");
        assertThat(Files.readString(path))
                .doesNotContain(token, token.substring(4))
                .contains("\"alice\"", "\"viewer\", \"operator\"", "2026-11-24T03:00:09Z");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(file.list())
                .containsExactly(new TokenHashFileStore.Listed(
                        "alice", Set.of(CallerRole.VIEWER, CallerRole.OPERATOR), NOW, Optional.of(NOW.plusSeconds(9))));
    }

    @Test
    void keepsItsModeHoweverOftenItIsWritten() throws Exception {
        create("alice");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        create("bob");
        file.revoke("alice");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(file.list()).extracting(TokenHashFileStore.Listed::name).containsExactly("bob");
    }

    @Test
    void losesNoTokenWhenManyAreMadeAtOnce() throws Exception {
        List<Thread> makers = IntStream.range(0, 8)
                .mapToObj(i -> new Thread(() -> create("maker-" + i)))
                .toList();
        makers.forEach(Thread::start);
        for (Thread maker : makers) {
            maker.join();
        }

        assertThat(file.list()).hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "alice@example.org", "local", "system", "-x", "a/b", "a\nb", "ünal"})
    void takesOnlyNamesThatAreNobodyElses(String name) {
        assertThatThrownBy(() -> create(name))
                .isInstanceOf(TokenFileException.class)
                .hasMessageContaining("a name has");
        assertThat(path).doesNotExist();
    }

    @Test
    void aNameHasOneToken() {
        create("alice");

        assertThatThrownBy(() -> create("alice")).hasMessageContaining("has a token for alice already");
        assertThatThrownBy(() -> file.revoke("bob")).hasMessageContaining("has no token for bob");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {                                                                        | is not JSON
        []                                                                       | must be
        {"tokens": {}}                                                           | must be
        {"tokens": [], "more": 1}                                                | must be
        {"tokens": [{"name": "a", "token": "wvt_x"}]}                            | something else than an object of
        {"tokens": [{"name": "a", "sha256": "abc", "roles": ["viewer"]}]}        | 64 hexadecimal digits
        {"tokens": [{"name": "a", "sha256": "HASH", "roles": []}]}               | there must be a role
        {"tokens": [{"name": "a", "sha256": "HASH", "roles": ["root"]}]}         | a role is
        {"tokens": [{"name": "a", "sha256": "HASH", "roles": ["viewer"], "expires": "soon"}]} | a time is written
        {"tokens": [{"name": "a", "sha256": "HASH", "roles": ["viewer"]}, {"name": "a", "sha256": "HASH", "roles": ["viewer"]}]} | the name a twice
        """)
    void aFileThatIsNotUnderstoodWholeIsNotUsedAtAll(String text, String why) throws Exception {
        Files.writeString(path, text.replace("HASH", "0".repeat(64)));

        assertThatThrownBy(() -> file.read())
                .isInstanceOf(TokenFileException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(why);
    }

    @Test
    void aFileThatOthersMayWriteToIsNotUsed() throws Exception {
        create("alice");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));

        assertThatThrownBy(() -> file.read()).hasMessageContaining("chmod 600");
    }

    @Test
    void aFileThatOthersMayReadIsUsedWithAWarning() throws Exception {
        create("alice");
        assertThat(file.warning()).isEmpty();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));

        assertThat(file.read()).hasSize(1);
        assertThat(file.warning().orElseThrow()).contains("chmod 600");
    }

    @Test
    void saysHowToMakeAFileThatIsMissing() {
        assertThatThrownBy(() -> file.read()).hasMessageContaining("weathervane token create");
    }

    private void create(String name) {
        assertThat(file.create(name, Set.of(CallerRole.VIEWER), NOW, Optional.empty()))
                .isNotEmpty();
    }
}
