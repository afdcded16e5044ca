package io.weathervane.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.testing.FakeClock;
import io.weathervane.testing.FakeTicker;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.util.Ticker;
import io.weathervane.util.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileVerifierTest {
    private final FakeClock clock = FakeClock.atNoon();

    @TempDir
    private Path folder;

    private Path path;
    private TokenHashFileStore file;
    private String token;
    private Authenticator tokens;

    @BeforeEach
    void make() {
        path = folder.resolve("tokens.json");
        file = new TokenHashFileStore(path);
        token = file.create("alice", Set.of(CallerRole.VIEWER), clock.instant(), Optional.empty());
        tokens = Authenticator.by(Optional.of(path), Optional.empty(), new TimeSource(clock, Ticker.system()));
    }

    @Test
    void knowsWhoHoldsATokenAndWhatTheyMayDo() {
        assertThat(tokens.check(token))
                .isEqualTo(
                        new TokenVerdict.Known(new Caller("alice", Caller.Transport.HTTP, Set.of(CallerRole.VIEWER))));
        assertThat(tokens.problems()).isEmpty();
    }

    @Test
    void refusesWhatIsNoTokenOfItsOwn() {
        String other = token.substring(0, token.length() - 1) + (token.endsWith("A") ? "B" : "A");

        assertThat(tokens.check(other)).isInstanceOf(TokenVerdict.Refused.class);
        assertThat(tokens.check("")).isInstanceOf(TokenVerdict.Refused.class);
        assertThat(tokens.check(token + token)).isInstanceOf(TokenVerdict.Refused.class);
        assertThat(tokens.check("alice")).isInstanceOf(TokenVerdict.Refused.class);
    }

    @Test
    void aRevokedTokenIsRefusedFromTheNextCheckOn() {
        file.revoke("alice");

        assertThat(tokens.check(token)).isEqualTo(new TokenVerdict.Refused("no such token"));
    }

    @Test
    void aNewTokenIsGoodFromTheNextCheckOn() {
        String more = file.create("bob", Set.of(CallerRole.OPERATOR), clock.instant(), Optional.empty());

        assertThat(tokens.check(more)).isInstanceOf(TokenVerdict.Known.class);
        assertThat(tokens.check(token)).isInstanceOf(TokenVerdict.Known.class);
    }

    @Test
    void aTokenThatWasSeenExpiredStaysSoWhenTheClockIsSetBack() {
        String brief = brief(Duration.ofMinutes(10));
        clock.advance(Duration.ofHours(1));
        assertThat(tokens.check(brief)).isInstanceOf(TokenVerdict.Refused.class);
        clock.advance(Duration.ofHours(-1));

        assertThat(tokens.check(brief)).isInstanceOf(TokenVerdict.Refused.class);
        assertThat(tokens.check(token)).as("one without an end").isInstanceOf(TokenVerdict.Known.class);
    }

    @Test
    void aTokenLastsNoLongerBecauseTheClockIsSetBack() {
        FakeTicker ticker = new FakeTicker();
        tokens = Authenticator.by(Optional.of(path), Optional.empty(), new TimeSource(clock, ticker));
        String brief = brief(Duration.ofMinutes(10));
        assertThat(tokens.check(brief)).isInstanceOf(TokenVerdict.Known.class);
        clock.advance(Duration.ofHours(-1));
        ticker.advance(Duration.ofMinutes(10).minusNanos(1));
        assertThat(tokens.check(brief)).isInstanceOf(TokenVerdict.Known.class);
        ticker.advance(Duration.ofNanos(1));

        assertThat(tokens.check(brief)).isInstanceOf(TokenVerdict.Refused.class);
    }

    private String brief(Duration time) {
        return file.create(
                "brief",
                Set.of(CallerRole.VIEWER),
                clock.instant(),
                Optional.of(clock.instant().plus(time)));
    }

    @Test
    void aTokenIsRefusedFromTheMomentItExpires() {
        String brief = file.create(
                "brief",
                Set.of(CallerRole.VIEWER),
                clock.instant(),
                Optional.of(clock.instant().plusSeconds(60)));
        clock.advance(Duration.ofSeconds(59));
        assertThat(tokens.check(brief)).isInstanceOf(TokenVerdict.Known.class);
        clock.advance(Duration.ofSeconds(1));

        assertThat(tokens.check(brief)).isEqualTo(new TokenVerdict.Refused("the token of brief has expired"));
    }

    @Test
    void nobodyComesInByAFileThatCannotBeReadUntilItIsMended() throws Exception {
        byte[] good = Files.readAllBytes(path);

        Files.writeString(path, "{\"tokens\": [");
        assertThat(tokens.check(token)).isInstanceOf(TokenVerdict.Unavailable.class);
        assertThat(tokens.problems()).singleElement().asString().contains(path.toString(), "is not JSON");

        Files.delete(path);
        assertThat(tokens.check(token)).isInstanceOf(TokenVerdict.Unavailable.class);
        assertThat(tokens.problems()).singleElement().asString().contains("does not exist");

        Files.write(path, good);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        assertThat(tokens.check(token)).isInstanceOf(TokenVerdict.Known.class);
        assertThat(tokens.problems()).isEmpty();
    }

    @Test
    void aServerDoesNotStartWithAFileThatCannotBeUsed() {
        Path missing = folder.resolve("missing.json");

        assertThatThrownBy(() -> Authenticator.by(Optional.of(missing), Optional.empty(), TimeSource.system()))
                .isInstanceOf(TokenFileException.class)
                .hasMessageContaining("does not exist");
    }
}
