package dev.millrace.bench;

import dev.millrace.contract.SqlType;
import dev.millrace.dialect.TableDefinition;
import dev.millrace.dialect.TableDefinition.Column;
import dev.millrace.dialect.sqlserver.SqlServer;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A server on this machine that speaks just enough of TDS 7.4 ([MS-TDS]) for SQL Server's driver to log in and to copy rows in
 * bulk. It throws the rows away: what such a copy takes is what the driver does. It knows one connection at a time.
 */
final class TdsSink implements Closeable {

    private static final int SQL_BATCH = 1;
    private static final int RPC = 3;
    private static final int RESPONSE = 4;
    private static final int LOGIN = 16;
    private static final int PRELOGIN = 18;

    private static final int HEADER = 8;
    private static final int END_OF_MESSAGE = 1;
    private static final int LONGEST_MESSAGE = 1 << 16;
    private static final int LONGEST_RESPONSE = 1 << 14;

    private static final int COLUMN_METADATA = 0x81;
    private static final int ENVIRONMENT_CHANGE = 0xE3;
    private static final int CHANGED_PACKET_SIZE = 4;
    private static final int CHANGED_COLLATION = 7;
    private static final int LOGIN_ACKNOWLEDGED = 0xAD;
    private static final int DONE = 0xFD;
    private static final int TDS_7_4 = 0x74000004;
    private static final int VERSION = 16;
    /** What the driver asks for, and servers grant. */
    private static final String PACKET_SIZE = "8000";
    /** Latin1_General_CI_AS. */
    private static final byte[] COLLATION = {9, 4, (byte) 0xD0, 0, 0};

    private static final Column COLLATION_NAME =
            new Column("collation_name", SqlType.parse("varchar(128)").orElseThrow(), true, false);

    /** The server's version and that it has no encryption: where they stand, and how long they are. */
    private static final byte[] PRELOGIN_ANSWER = {0, 0, 11, 0, 6, 1, 0, 17, 0, 1, (byte) 0xFF, 16, 0, 0, 0, 0, 0, 2};

    private static final int BIT = 0x68;
    private static final int INTEGER = 0x26;
    private static final int DECIMAL = 0x6A;
    private static final int DECIMAL_BYTES = 17;
    private static final int DATE = 0x28;
    private static final int DATETIME2 = 0x2A;
    private static final int MICROSECONDS = 6;
    private static final int NVARCHAR = 0xE7;
    private static final int NULLABLE_AND_UPDATABLE = 9;

    private final ServerSocket listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final List<TableDefinition> tables;
    private final SqlServer dialect = new SqlServer();
    private final byte[] body = new byte[LONGEST_MESSAGE];

    TdsSink(List<TableDefinition> tables) throws IOException {
        this.tables = tables;
        Thread thread = new Thread(this::serveAll, "tds-sink");
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "jdbc:sqlserver://127.0.0.1:" + listener.getLocalPort() + ";encrypt=false;user=bench;password=none";
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void serveAll() {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                socket.setTcpNoDelay(true);
                DataInputStream in = new DataInputStream(socket.getInputStream());
                while (true) {
                    answer(in, socket);
                }
            } catch (IOException e) {
                // The driver has closed its end; the next connection may come.
            }
        }
    }

    private void answer(DataInputStream in, Socket socket) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        int type;
        boolean last;
        do {
            type = in.readUnsignedByte();
            last = (in.readUnsignedByte() & END_OF_MESSAGE) != 0;
            int length = in.readUnsignedShort() - HEADER;
            in.readInt();
            in.readFully(body, 0, length);
            if (type == SQL_BATCH || type == RPC) {
                message.write(body, 0, length);
            }
        } while (!last);
        ByteBuffer answer = ByteBuffer.allocate(LONGEST_RESPONSE).order(ByteOrder.LITTLE_ENDIAN);
        answer.position(HEADER);
        if (type == PRELOGIN) {
            answer.put(PRELOGIN_ANSWER);
        } else if (type == LOGIN) {
            acknowledgeLogin(answer);
        } else {
            describe(message.toString(StandardCharsets.UTF_16LE), answer);
        }
        if (type != PRELOGIN) {
            answer.put((byte) DONE).putInt(0).putLong(0);
        }
        answer.put(0, (byte) RESPONSE).put(1, (byte) END_OF_MESSAGE);
        answer.put(2, (byte) (answer.position() >> 8)).put(3, (byte) answer.position());
        socket.getOutputStream().write(answer.array(), 0, answer.position());
    }

    private static void acknowledgeLogin(ByteBuffer answer) {
        answer.put((byte) ENVIRONMENT_CHANGE).putShort((short) (3 + 4 * PACKET_SIZE.length()));
        answer.put((byte) CHANGED_PACKET_SIZE);
        name(PACKET_SIZE, answer);
        name(PACKET_SIZE, answer);
        answer.put((byte) ENVIRONMENT_CHANGE).putShort((short) (3 + COLLATION.length));
        answer.put((byte) CHANGED_COLLATION)
                .put((byte) COLLATION.length)
                .put(COLLATION)
                .put((byte) 0);
        String program = "sink";
        answer.put((byte) LOGIN_ACKNOWLEDGED).putShort((short) (1 + 4 + 1 + 2 * program.length() + 4));
        answer.put((byte) 1).order(ByteOrder.BIG_ENDIAN).putInt(TDS_7_4).order(ByteOrder.LITTLE_ENDIAN);
        name(program, answer);
        answer.putInt(VERSION);
    }

    /** Where a statement asks for columns, what they are; no rows. */
    private void describe(String statement, ByteBuffer answer) {
        if (statement.contains("sys.columns")) {
            describe(List.of(COLLATION_NAME), answer);
        } else if (statement.contains("SELECT")) {
            for (TableDefinition table : tables) {
                if (statement.contains(table.qualified(dialect))) {
                    describe(table.columns(), answer);
                }
            }
        }
    }

    private static void describe(List<Column> columns, ByteBuffer answer) {
        answer.put((byte) COLUMN_METADATA).putShort((short) columns.size());
        for (Column column : columns) {
            answer.putInt(0).putShort((short) NULLABLE_AND_UPDATABLE);
            type(column.type(), answer);
            name(column.name(), answer);
        }
    }

    private static void type(SqlType type, ByteBuffer answer) {
        switch (type.kind()) {
            case BOOLEAN -> answer.put((byte) BIT).put((byte) 1);
            case SMALLINT -> answer.put((byte) INTEGER).put((byte) Short.BYTES);
            case INTEGER -> answer.put((byte) INTEGER).put((byte) Integer.BYTES);
            case BIGINT -> answer.put((byte) INTEGER).put((byte) Long.BYTES);
            case DECIMAL ->
                answer.put((byte) DECIMAL)
                        .put((byte) DECIMAL_BYTES)
                        .put((byte) type.precision())
                        .put((byte) type.scale());
            case DATE -> answer.put((byte) DATE);
            case TIMESTAMP -> answer.put((byte) DATETIME2).put((byte) MICROSECONDS);
            default ->
                answer.put((byte) NVARCHAR)
                        .putShort((short) (2 * type.length()))
                        .put(COLLATION);
        }
    }

    private static void name(String name, ByteBuffer answer) {
        answer.put((byte) name.length()).put(name.getBytes(StandardCharsets.UTF_16LE));
    }
}
