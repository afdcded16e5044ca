package io.weathervane.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcNetTcpTableTest {
    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
                    + "  timeout inode                                                     \n";
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0xD6A0);
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0x0BB8);
    private static final ProcNetTcpTable.Ends ENDS = ProcNetTcpTable.Ends.of(CLIENT, SERVER, /* six= */ false);

    @Test
    void theClientsEndHasItsUser() {
        String table = HEAD
                + line(0, "0100007F:0BB8 00000000:0000 0A", 0, 24550)
                + line(1, "0100007F:0BB8 0100007F:D6A0 01", 0, 24552)
                + line(2, "0100007F:D6A0 0100007F:0BB8 01", 1000, 24551);

        assertThat(find(table)).containsExactly(Map.entry(ENDS, new ProcNetTcpTable.Holder(1000, 24551)));
    }

    @Test
    void aClosedConnectionHasNoOwnerThoughItSaysRoot() {
        for (String state : new String[] {"04", "05", "06", "07", "08", "01"}) {
            assertThat(find(HEAD + line(2, "0100007F:D6A0 0100007F:0BB8 " + state, 0, 0)))
                    .as("state " + state)
                    .isEmpty();
        }
        assertThat(find(HEAD + line(2, "0100007F:D6A0 0100007F:0BB8 08", 0, 24551)))
                .as("half closed")
                .isEmpty();
    }

    @Test
    void anotherConnectionIsNotMistakenForIt() {
        assertThat(find(HEAD + line(2, "0100007F:D6A1 0100007F:0BB8 01", 0, 1))).isEmpty();
        assertThat(find(HEAD + line(2, "0200007F:D6A0 0100007F:0BB8 01", 0, 1))).isEmpty();
    }

    @Test
    void aClientOnTheNewerProtocolIsFoundByItsMappedAddress() {
        ProcNetTcpTable.Ends mapped = ProcNetTcpTable.Ends.of(CLIENT, SERVER, /* six= */ true);
        String table = HEAD
                + line(7, "0000000000000000FFFF00000100007F:D6A0 0000000000000000FFFF00000100007F:0BB8 01", 65534, 99);

        assertThat(ProcNetTcpTable.find(bytes(table), Set.of(mapped)))
                .containsExactly(Map.entry(mapped, new ProcNetTcpTable.Holder(65534, 99)));
    }

    @Test
    void whatIsNoTableHasNobodyInIt() {
        assertThat(find("")).isEmpty();
        assertThat(find("\n\n   \nabc")).isEmpty();
        assertThat(find(HEAD + "   0: 0100007F:D6A0 0100007F:0BB8 01 cut\n")).isEmpty();
    }

    private static Map<ProcNetTcpTable.Ends, ProcNetTcpTable.Holder> find(String table) {
        return ProcNetTcpTable.find(bytes(table), Set.of(ENDS));
    }

    private static byte[] bytes(String table) {
        return table.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String line(int number, String ends, long uid, long inode) {
        return "   " + number + ": " + ends + " 00000000:00000000 00:00000000 00000000  " + uid + "        0 " + inode
                + " 1 00000000fa467059 100 0 0 10 0                     \n";
    }
}
