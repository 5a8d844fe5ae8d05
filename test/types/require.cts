// Compiled, not run: the doors from CommonJS.

import express = require('express')
import hopwise = require('hopwise/express')
import hopwiseFastify = require('hopwise/fastify')
import core = require('hopwise')

const app = express()
app.use(hopwise({ trust: core.compileTrust() }))

const plugin: typeof hopwiseFastify = hopwiseFastify
export = plugin
