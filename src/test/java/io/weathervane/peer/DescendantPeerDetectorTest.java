package io.weathervane.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DescendantPeerDetectorTest {
    private static final ProcNetUnixTable TABLE = new ProcNetUnixTable(List.of(
            "Num       RefCount Protocol Flags    Type St Inode Path",
            "00000000f89ad6d0: 00000002 00000000 00010000 0001 01 100 /w/state/weathervane.sock",
            "00000000f89ad6d1: 00000003 00000000 00000000 0001 03 101 /w/state/weathervane.sock",
            "00000000f89ad6d2: 00000003 00000000 00000000 0001 03 102 /tmp/weathervane-7-1.client",
            "00000000f89ad6d3: 00000003 00000000 00000000 0001 03 103",
            "00000000f89ad6d4: 00000003 00000000 00000000 0002 01 104",
            "00000000f89ad6d5: 00000003 00000000 00000000 0001 03 105 @abc",
            "00000000f89ad6d6: 00000003 00000000 00000000 0001 03 106 odd1 ",
            "00000000f89ad6d7: 00000003 00000000 00000000 0001 03 107 odd2",
            "00000000f89ad6d8: 00000003 00000000 00000000 0001 03 108 /w/\u00c3\u00a9.client",
            "00000000f89ad6d9: 00000003 00000000 00000000 0001 03 109 odd1"));

    @Test
    void aNamedClientIsADescendantExactlyWhenOneHoldsItsEnd() {
        assertThat(DescendantPeerDetector.isDescendant("/tmp/weathervane-7-1.client", TABLE, Set.of(102L)))
                .isTrue();
        assertThat(DescendantPeerDetector.isDescendant("/tmp/weathervane-7-1.client", TABLE, Set.of(103L)))
                .as("that is another connection of a worker, such as to its database")
                .isFalse();
    }

    @Test
    void aNameThatIsNoTextIsFoundNowhereWhateverElseHasWhatJavaShowsOfIt() {
        ProcNetUnixTable table = new ProcNetUnixTable(List.of(
                "f: 00000003 00000000 00000000 0001 03 110 q\u00ef\u00bf\u00bd",
                "f: 00000003 0 0 0001 03 111 q\u00ff"));

        assertThat(DescendantPeerDetector.isDescendant("q\ufffd", table, Set.of(111L)))
                .isTrue();
    }

    @Test
    void anUnnamedClientIsOneAsSoonAsADescendantHoldsAnUnnamedConnection() {
        assertThat(DescendantPeerDetector.isDescendant("", TABLE, Set.of(103L))).isTrue();
        assertThat(DescendantPeerDetector.isDescendant("", TABLE, Set.of(104L, 7L)))
                .isFalse();
        assertThat(DescendantPeerDetector.isDescendant("/tmp/a-name-that-is-not-there", TABLE, Set.of(103L)))
                .isTrue();
    }

    @Test
    void noNameHidesADescendant() {
        assertThat(DescendantPeerDetector.isDescendant("", TABLE, Set.of(105L)))
                .as("an abstract name, which Java shows as none")
                .isTrue();
        assertThat(DescendantPeerDetector.isDescendant("odd1 ", TABLE, Set.of(106L)))
                .as("a blank at its end")
                .isTrue();
        assertThat(DescendantPeerDetector.isDescendant("odd2\nx", TABLE, Set.of(107L)))
                .as("a line break")
                .isTrue();
        assertThat(DescendantPeerDetector.isDescendant("/w/\u00e9.client", TABLE, Set.of(108L)))
                .as("another alphabet")
                .isTrue();
        assertThat(DescendantPeerDetector.isDescendant("odd1", TABLE, Set.of(106L, 108L)))
                .isFalse();
    }
}
