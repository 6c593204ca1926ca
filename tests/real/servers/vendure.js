// A Vendure shop on SQLite in memory (sql.js: nothing to compile), for one test run.
require('reflect-metadata');
const { bootstrap, DefaultLogger, LogLevel } = require('@vendure/core');

bootstrap({
  logger: new DefaultLogger({ level: LogLevel.Warn }),
  apiOptions: {
    hostname: '127.0.0.1', port: Number(process.argv[2]),
    adminApiPath: 'admin-api', shopApiPath: 'shop-api', adminListQueryLimit: 1000,
  },
  authOptions: {
    tokenMethod: ['bearer', 'cookie'], requireVerification: false,
    cookieOptions: { secret: 'test-only' },
    superadminCredentials: { identifier: 'superadmin', password: 'superadmin' },
  },
  dbConnectionOptions: { type: 'sqljs', synchronize: true, autoSave: false },
  paymentOptions: { paymentMethodHandlers: [] },
  plugins: [],
}).catch((error) => { console.error(error); process.exit(1); });
